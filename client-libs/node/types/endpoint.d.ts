/** The Unix socket of a daemon: the key service, or the identity provider. */
export class Endpoint {
    /**
     * Reads `unix:/path` or `unix:///path`. The path is taken as it stands, without percent-decoding.
     *
     * @param {string} uri
     */
    static parse(uri: string): Endpoint;
    /**
     * The service that the environment names, else the default one. An empty variable counts as unset; a wrong one is an
     * error and no reason to try the next.
     *
     * A program that runs with another user's or group's rights than its caller's gets the default one whatever the
     * environment says: the caller, who made the environment, must not choose to whom the program's secrets go.
     *
     * @param {NodeJS.ProcessEnv} [environment]
     */
    static fromEnvironment(environment?: NodeJS.ProcessEnv): Endpoint;
    /**
     * The identity provider that the environment names; undefined if it names none. A program with another's rights than
     * its caller's does not ask the environment.
     *
     * @param {NodeJS.ProcessEnv} [environment]
     */
    static ofIdentityFromEnvironment(environment?: NodeJS.ProcessEnv): Endpoint | undefined;
    /** @param {string} path The socket's path, from the root, at most 107 bytes long. */
    constructor(path: string);
    /** The socket's path. */
    path: string;
    /** The endpoint as the environment names it. */
    toString(): string;
}
