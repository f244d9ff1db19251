// What TypeScript programs see of the package. Nothing here is run: the compiler looks at it.

import {
  Client,
  Key,
  presets,
  RefusedError,
  TokenSource,
  Endpoint,
  type HealthReport,
  type KeyAttributes,
} from "keystead";

export async function use(): Promise<[Buffer, HealthReport, number | undefined]> {
  await using client = new Client({ timeout: 1000, credential: new TokenSource(new Endpoint("/run/identity.sock")) });
  const attributes: KeyAttributes = { type: "aes", bits: 256, usage: ["encrypt"], algorithm: "gcm:12" };
  const key: Key = await client
    .with({ provider: 3 })
    .generate("x", presets.ecdsaP256(), { signal: AbortSignal.abort() });
  const signature: Buffer = await key.sign(new Uint8Array(3), { dsaEncoding: "der" });
  // @ts-expect-error: not an algorithm for signatures
  await client.signMessage("x", "gcm", "m");
  // @ts-expect-error: no such hash
  await client.hashCompute("sha256", "m");
  // @ts-expect-error: no such type of keys
  attributes.type = "ecc-key-pair:p256";
  // @ts-expect-error: a part of the library that programs do not see
  client.send();
  const health = await client.admin.health();
  const kind = (await key.publicKey()).asymmetricKeyType;
  const refused = new RefusedError("Ping", 2003);
  return [signature, health, kind === "ec" ? refused.status : undefined];
}
