/** Copies texts. One that the browser does not let the page copy is kept, to be copied by hand. */
export class Copying {
  done = $state(false);
  refused = $state<string | null>(null);

  async copy(text: string): Promise<void> {
    this.forget();
    try {
      await navigator.clipboard.writeText(text);
      this.done = true;
    } catch {
      this.refused = text;
    }
  }

  forget(): void {
    [this.done, this.refused] = [false, null];
  }
}
