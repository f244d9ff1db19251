// The one time limit of a whole call, and the caller's own signal to give up.

import { TimeoutError, UsageError } from "./errors.js";
import { MAX_TIMEOUT } from "./limits.js";

/** A moment by which a call must be done, whatever it consists of. Whoever makes one releases it. */
export class Deadline {
  /** @type {unknown} */
  #reason = undefined;
  #isOver = false;
  /** @type {Set<(reason: unknown) => void>} */
  #listeners = new Set();
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #end;
  #signal;

  /**
   * @param {number} timeout Milliseconds from now; what Node's timers cannot hold is as good as for ever.
   * @param {AbortSignal} [signal] Ends it earlier, with the signal's own reason.
   */
  constructor(timeout, signal) {
    if (typeof timeout !== "number" || !(timeout > 0)) {
      throw new UsageError(`a time limit is a positive number of milliseconds, not ${timeout}`);
    }
    const limit = Math.min(timeout, MAX_TIMEOUT);
    this.#signal = signal;
    this.#end = performance.now() + limit;
    if (signal?.aborted) {
      this.#over(signal.reason);
      return;
    }
    this.#timer = setTimeout(() => this.#over(new TimeoutError()), limit);
    signal?.addEventListener("abort", this.#aborted, { once: true });
  }

  /** Milliseconds until then; 0 if it has passed. */
  get remaining() {
    return this.#isOver ? 0 : Math.max(0, this.#end - performance.now());
  }

  /** Throws why it is over, if it is. */
  check() {
    if (this.#isOver) {
      throw this.#reason;
    }
  }

  /**
   * A deadline that comes after `limit` milliseconds, if this one does not come first.
   *
   * @param {number} limit
   */
  within(limit) {
    this.check();
    return new Deadline(Math.max(1, Math.min(limit, this.remaining)), this.#signal);
  }

  /**
   * Has a function called when it is over, at once if it is. Gives the function that takes this back.
   *
   * @param {(reason: unknown) => void} listener
   * @returns {() => void}
   */
  onOver(listener) {
    if (this.#isOver) {
      listener(this.#reason);
      return () => {};
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Waits for a promise, but not longer.
   *
   * @template T
   * @param {Promise<T>} promise
   * @returns {Promise<T>}
   */
  wait(promise) {
    return new Promise((resolve, reject) => {
      const forget = this.onOver(reject);
      promise.then(resolve, reject).finally(forget);
    });
  }

  /**
   * Waits for so many milliseconds.
   *
   * @param {number} time
   */
  async pause(time) {
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const passed = new Promise((resolve) => (timer = setTimeout(resolve, time)));
    await this.wait(passed).finally(() => clearTimeout(timer));
  }

  /** Lets go of its timer. Nobody is told any more. */
  release() {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#aborted);
    this.#listeners.clear();
  }

  #aborted = () => this.#over(this.#signal?.reason);

  /** @param {unknown} reason */
  #over(reason) {
    this.#isOver = true;
    this.#reason = reason;
    const listeners = [...this.#listeners];
    this.release();
    for (const listener of listeners) {
      listener(reason);
    }
  }
}
