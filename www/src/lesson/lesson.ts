import { mount } from 'svelte';
import First from './First.svelte';

const target = document.getElementById('page');
if (target) mount(First, { target });
