/**
 * The address of a script of ours in the form that a page with Trusted Types accepts. In a build the package's own function
 * takes the place of this one (www/trusted.ts).
 */
export const trusted = (address: string): string => address;
