/** How far a list is scrolled, in pixels of its rows, where it is longer than a browser lets anything be. */

/** Pixels of the longest element that is made. */
export const LONGEST = 8_000_000;

export class Scale {
  /** Pixels of the list above what the element shows at its top. */
  private offset = 0;
  private top = 0;

  constructor(
    /** Pixels of all rows. */
    private length: number,
    /** Pixels that are seen. */
    private view: number,
  ) {}

  /** Pixels of the element that is scrolled. */
  get height(): number {
    return Math.min(this.length, LONGEST);
  }

  resize(length: number, view: number): void {
    [this.length, this.view] = [length, view];
    this.offset = Math.min(this.offset, this.length - this.height);
  }

  /** Pixels of the list above what is seen, of an element scrolled so far: small steps are exact, a leap is in proportion. */
  scrolled(top: number): number {
    const leap = Math.abs(top - this.top) > 2 * this.view;
    this.top = top;
    const reach = this.height - this.view;
    if (this.length <= LONGEST || reach <= 0) return top;
    if (top <= 0) this.offset = 0;
    else if (top >= reach - 1) this.offset = this.length - this.height;
    else if (leap) this.offset = Math.round((top / reach) * (this.length - this.view) - top);
    return top + this.offset;
  }

  /** Where the element is to be scrolled to, so that so many pixels of the list are above what is seen. */
  topOf(pixels: number): number {
    const wanted = Math.max(0, Math.min(pixels, this.length - this.view));
    if (this.length <= LONGEST) return wanted;
    const reach = this.height - this.view;
    this.top = Math.round((wanted / (this.length - this.view)) * reach);
    this.offset = wanted - this.top;
    return this.top;
  }

  /** Where a pixel of the list is in the element. */
  shown(pixels: number): number {
    return pixels - this.offset;
  }
}
