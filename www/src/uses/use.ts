import { mount } from 'svelte';
import Use from './Use.svelte';

const target = document.getElementById('page');
if (target) mount(Use, { target });
