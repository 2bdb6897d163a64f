/** The bytes that the file holds in base64 under this id; null where there are none. */
export function held(id: string): Uint8Array<ArrayBuffer> | null {
  const block = document.getElementById(id);
  return block && Uint8Array.from(atob(block.textContent), (letter) => letter.charCodeAt(0));
}
