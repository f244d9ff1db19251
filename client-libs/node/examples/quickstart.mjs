// A signing key: made, used, checked and destroyed.

import { Client, presets } from "keystead";

const client = new Client();
const key = await client.generate(`quickstart-${process.pid}`, presets.ecdsaP256());
const signature = await key.sign("a message");

console.log(`signature: ${signature.length} bytes`);
console.log(`right message: ${await key.verify("a message", signature)}`);
console.log(`wrong message: ${await key.verify("another message", signature)}`);

await key.destroy();
