import { newcomer } from './newcomer';
import { page } from './page';

export const en = { page, newcomer };
