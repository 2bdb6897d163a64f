import { createSubscriber } from 'svelte/reactivity';
import { watchSharpness } from '../dom/canvas';

/** An effect that calls it runs anew whenever the screen's sharpness changes. */
export const followSharpness: () => void = createSubscriber(watchSharpness);
