/** A moment by which a call must be done, whatever it consists of. Whoever makes one releases it. */
export class Deadline {
    /**
     * @param {number} timeout Milliseconds from now; what Node's timers cannot hold is as good as for ever.
     * @param {AbortSignal} [signal] Ends it earlier, with the signal's own reason.
     */
    constructor(timeout: number, signal?: AbortSignal);
    /** Milliseconds until then; 0 if it has passed. */
    get remaining(): number;
    /** Throws why it is over, if it is. */
    check(): void;
    /**
     * A deadline that comes after `limit` milliseconds, if this one does not come first.
     *
     * @param {number} limit
     */
    within(limit: number): Deadline;
    /**
     * Has a function called when it is over, at once if it is. Gives the function that takes this back.
     *
     * @param {(reason: unknown) => void} listener
     * @returns {() => void}
     */
    onOver(listener: (reason: unknown) => void): () => void;
    /**
     * Waits for a promise, but not longer.
     *
     * @template T
     * @param {Promise<T>} promise
     * @returns {Promise<T>}
     */
    wait<T>(promise: Promise<T>): Promise<T>;
    /**
     * Waits for so many milliseconds.
     *
     * @param {number} time
     */
    pause(time: number): Promise<void>;
    /** Lets go of its timer. Nobody is told any more. */
    release(): void;
    #private;
}
