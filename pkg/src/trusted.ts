interface Policy {
  createScriptURL(address: string): unknown;
  createHTML(markup: string): unknown;
}
interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (address: string) => string; createHTML: (markup: string) => string },
  ): Policy;
}

/** Null where the browser has no Trusted Types, or the page does not allow the policy; undefined before it was asked. */
let policy: Policy | null | undefined;

/** Whether the browser knows Trusted Types. It does not say whether this page enforces them. */
export function knowsTrustedTypes(): boolean {
  return policies() !== undefined;
}

function policies(): Policies | undefined {
  return (globalThis as { readonly trustedTypes?: Policies }).trustedTypes;
}

/** The one policy, `metriclab`, which the page must allow (`trusted-types metriclab`). */
function own(): Policy | null {
  if (policy !== undefined) return policy;
  const same = (text: string): string => text;
  try {
    policy = policies()?.createPolicy('metriclab', { createScriptURL: same, createHTML: same }) ?? null;
  } catch {
    // The page does not allow it. The refusal of the Worker or of the figure says so where it matters.
    policy = null;
  }
  return policy;
}

/** The address of a Worker's script in the form that a page with Trusted Types accepts. None but our own goes through it. */
export function trusted(address: string): string {
  return (own()?.createScriptURL(address) ?? address) as string;
}

/** The same for the markup of a figure's template: a constant of the figure's script (www/trusted.ts). */
export function trustedMarkup(markup: string): string {
  return (own()?.createHTML(markup) ?? markup) as string;
}
