interface Policy {
  createScriptURL(address: string): unknown;
}
interface Policies {
  createPolicy(name: string, rules: { createScriptURL: (address: string) => string }): Policy;
}

let policy: Policy | null = null;

/** Whether the browser knows Trusted Types. It does not say whether this page enforces them. */
export function knowsTrustedTypes(): boolean {
  return policies() !== undefined;
}

function policies(): Policies | undefined {
  return (globalThis as { readonly trustedTypes?: Policies }).trustedTypes;
}

/**
 * The address of a Worker's script in the form that a page with Trusted Types accepts: by the policy `metriclab`, which
 * the page must allow (`trusted-types metriclab`). Nothing but the package's own Workers goes through it.
 */
export function trusted(address: string): string {
  try {
    policy ??= policies()?.createPolicy('metriclab', { createScriptURL: (own) => own }) ?? null;
  } catch {
    // The page does not allow the policy. The Worker's refusal says so where it matters.
  }
  return (policy?.createScriptURL(address) ?? address) as string;
}
