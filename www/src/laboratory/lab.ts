import { start } from './start';

const host = document.getElementById('page');
// In a task of its own: evaluating the modules and the first layout together would block the page for too long.
if (host) setTimeout(start, 0, host);
