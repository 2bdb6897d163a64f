import { choices } from './choices';
import { collapse } from './collapse';
import { distances } from './distances';
import { figures } from './figures';
import { furniture } from './furniture';
import { gallery } from './gallery';
import { helps } from './helps';
import { lesson } from './lesson';
import { matrix } from './matrix';
import { newcomer } from './newcomer';
import { page } from './page';
import { terms } from './terms';
import { uses } from './uses';

export const words = {
  page,
  newcomer,
  collapse,
  matrix,
  lesson,
  figures,
  gallery,
  helps,
  choices,
  uses,
  furniture,
  distances,
  terms,
};
