/** @import { Deadline } from "./deadline.js" */
/** Each pause is twice as long as the one before. */
export class Backoff {
    /**
     * Waits, for half of the time that is left at most, so that the next attempt has the other half. Gives false, and does
     * not wait, if the time is as good as over. Throws if the call was
     * cancelled.
     *
     * @param {Deadline} deadline
     */
    pause(deadline: Deadline): Promise<boolean>;
    #private;
}
import type { Deadline } from "./deadline.js";
