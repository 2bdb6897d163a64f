import { newcomer } from './newcomer';
import { page } from './page';

export const ko = { page, newcomer };
