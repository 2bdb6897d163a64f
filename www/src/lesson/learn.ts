import { mount } from 'svelte';
import Learn from './Learn.svelte';

const target = document.getElementById('page');
if (target) mount(Learn, { target });
