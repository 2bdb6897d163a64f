import { mount } from 'svelte';
import Report from './Report.svelte';

const target = document.getElementById('page');
if (target) mount(Report, { target });
