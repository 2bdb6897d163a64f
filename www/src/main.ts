import { start } from './app';

const host = document.getElementById('page');
if (host) start(host);
