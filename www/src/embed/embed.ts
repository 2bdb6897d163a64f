import { mount } from 'svelte';
import Embed from './Embed.svelte';

const target = document.getElementById('page');
if (target) mount(Embed, { target });
