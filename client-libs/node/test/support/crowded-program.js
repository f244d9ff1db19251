// A service whose queue of connections takes two: it stops itself at once, and answers pings when it is continued. Its
// socket's path is its argument.

import { createServer } from "node:net";

import { Ping } from "../../src/operations.js";
import { answerBytes } from "./scripted.js";

const server = createServer((socket) => {
  socket.on("error", () => {});
  socket.once("data", () => socket.end(answerBytes(Ping.opcode, Buffer.from([8, 1]), { flags: 0 })));
});
server.listen({ path: process.argv[2], backlog: 1 }, () => process.kill(process.pid, "SIGSTOP"));
