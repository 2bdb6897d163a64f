import { choices } from './choices';
import { distances } from './distances';
import { figures } from './figures';
import { furniture } from './furniture';
import { gallery } from './gallery';
import { helps } from './helps';
import { lesson } from './lesson';
import { newcomer } from './newcomer';
import { page } from './page';
import { uses } from './uses';

export const en = { page, newcomer, lesson, figures, gallery, helps, choices, uses, furniture, distances };
