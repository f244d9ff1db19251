// Pauses between attempts at what may soon be possible.

import { TimeoutError } from "./errors.js";
import { FIRST_PAUSE, LONGEST_PAUSE } from "./limits.js";

/** @import { Deadline } from "./deadline.js" */

/** Each pause is twice as long as the one before. */
export class Backoff {
  #next = FIRST_PAUSE;

  /**
   * Waits, for half of the time that is left at most, so that the next attempt has the other half. Gives false, and does
   * not wait, if the time is as good as over. Throws if the call was
   * cancelled.
   *
   * @param {Deadline} deadline
   */
  async pause(deadline) {
    const { remaining } = deadline;
    if (remaining < FIRST_PAUSE) {
      return false;
    }
    try {
      await deadline.pause(Math.min(this.#next, remaining / 2));
    } catch (error) {
      if (error instanceof TimeoutError) {
        return false;
      }
      throw error;
    }
    this.#next = Math.min(this.#next * 2, LONGEST_PAUSE);
    return true;
  }
}
