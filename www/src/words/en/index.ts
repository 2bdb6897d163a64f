import { choices } from './choices';
import { collapse } from './collapse';
import { distances } from './distances';
import { figures } from './figures';
import { furniture } from './furniture';
import { gallery } from './gallery';
import { helps } from './helps';
import { laboratory } from './laboratory';
import { lesson } from './lesson';
import { matrix } from './matrix';
import { newcomer } from './newcomer';
import { page } from './page';
import { report } from './report';
import { terms } from './terms';
import { uses } from './uses';

export const words = {
  page,
  newcomer,
  collapse,
  laboratory,
  matrix,
  lesson,
  figures,
  gallery,
  helps,
  choices,
  uses,
  furniture,
  distances,
  report,
  terms,
};
