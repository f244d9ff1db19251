// The conformance runner: does the steps of scenarios, one line each (e2e_tests/scenarios/README.md).
package dev.keystead.conformance;

import dev.keystead.AeadAlgorithm;
import dev.keystead.AgreementAlgorithm;
import dev.keystead.AuthenticatorInfo;
import dev.keystead.Check;
import dev.keystead.CipherAlgorithm;
import dev.keystead.EncryptionAlgorithm;
import dev.keystead.HashAlgorithm;
import dev.keystead.KeyHandle;
import dev.keystead.KeysteadClient;
import dev.keystead.KeysteadException;
import dev.keystead.MacAlgorithm;
import dev.keystead.Presets;
import dev.keystead.ProviderInfo;
import dev.keystead.SignatureAlgorithm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Collectors;

/** Reads requests from standard input, and writes an answer to standard output for each. */
public final class Runner {
    private final KeysteadClient client;

    private Runner(KeysteadClient client) {
        this.client = client;
    }

    /** Runs until the end of the input. */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        try (KeysteadClient client = KeysteadClient.create()) {
            Runner runner = new Runner(client);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.print(runner.answer(line) + "\n");
                out.flush();
            }
        }
    }

    private String answer(String line) {
        try {
            return answer(Request.parse(line));
        } catch (Words.Unsupported unsupported) {
            return "unsupported";
        } catch (KeysteadException.Identity error) {
            return "error client=identity";
        } catch (KeysteadException.Refused error) {
            return "error status=" + error.statusNumber();
        } catch (KeysteadException.Usage error) {
            return "error client=usage";
        } catch (KeysteadException.Timeout error) {
            return "error client=timeout";
        } catch (KeysteadException.Response error) {
            return "error client=response";
        } catch (KeysteadException error) {
            return "error client=connection";
        }
    }

    private String answer(Request request) {
        return switch (request.operation()) {
            case "ping" -> "ok version=" + client.ping();
            case "providers" -> "ok ids=" + joined(client.listProviders().stream().map(ProviderInfo::id).toList());
            case "authenticators" -> "ok ids="
                    + joined(client.listAuthenticators().stream().map(AuthenticatorInfo::id).toList());
            case "opcodes" -> "ok opcodes=" + joined(client.listOpcodes(request.number("provider")));
            case "keys" -> "ok keys=" + joined(client.listKeys().stream()
                    .map(key -> key.provider() + ":" + hex(key.name().getBytes(StandardCharsets.UTF_8)))
                    .toList());
            default -> answer(request, client.withProvider(request.number("provider")));
        };
    }

    private static String answer(Request request, KeysteadClient client) {
        return switch (request.operation()) {
            case "attributes" -> "ok " + Words.attributes(client.attributes(request.name()));
            case "generate" -> ok(() -> client.generate(request.name(), request.attributes()));
            case "import" -> ok(() -> client.importKey(request.name(), request.attributes(), request.bytes("data")));
            case "export" -> ok("data", client.export(request.name()));
            case "export-public" -> ok("data", client.publicKey(request.name()));
            case "destroy" -> ok(() -> client.destroy(request.name()));
            case "hash-compute" -> ok("hash", client.computeHash(hash(request), request.bytes("data")));
            case "hash-compare" -> yesOrNo(
                    client.compareHash(hash(request), request.bytes("data"), request.bytes("hash")));
            case "random" -> ok("data", client.random(request.number("size")));
            case "can-do" -> yesOrNo(client.canDo(
                    Check.valueOf(request.word("check").toUpperCase(Locale.ROOT)), request.attributes()));
            case "high-level" -> highLevel(client, request.name());
            default -> asymmetric(request, client);
        };
    }

    private static String asymmetric(Request request, KeysteadClient client) {
        return switch (request.operation()) {
            case "sign-hash" -> ok("signature", client.signHash(
                    request.name(), request.algorithm(SignatureAlgorithm.class), request.bytes("hash")));
            case "sign-message" -> ok("signature", client.signMessage(
                    request.name(), request.algorithm(SignatureAlgorithm.class), request.bytes("message")));
            case "verify-hash" -> yesOrNo(client.verifyHash(
                    request.name(),
                    request.algorithm(SignatureAlgorithm.class),
                    request.bytes("hash"),
                    request.bytes("signature")));
            case "verify-message" -> yesOrNo(client.verifyMessage(
                    request.name(),
                    request.algorithm(SignatureAlgorithm.class),
                    request.bytes("message"),
                    request.bytes("signature")));
            case "asymmetric-encrypt" -> ok("ciphertext", client.asymmetricEncrypt(
                    request.name(),
                    request.algorithm(EncryptionAlgorithm.class),
                    request.bytes("plaintext"),
                    request.bytes("salt")));
            case "asymmetric-decrypt" -> ok("plaintext", client.asymmetricDecrypt(
                    request.name(),
                    request.algorithm(EncryptionAlgorithm.class),
                    request.bytes("ciphertext"),
                    request.bytes("salt")));
            case "agree" -> ok("secret", client.agree(
                    request.name(), request.algorithm(AgreementAlgorithm.class), request.bytes("peer")));
            default -> symmetric(request, client);
        };
    }

    private static String symmetric(Request request, KeysteadClient client) {
        return switch (request.operation()) {
            case "aead-encrypt" -> ok("ciphertext", client.aeadEncrypt(
                    request.name(),
                    request.algorithm(AeadAlgorithm.class),
                    request.bytes("nonce"),
                    request.bytes("aad"),
                    request.bytes("plaintext")));
            case "aead-decrypt" -> ok("plaintext", client.aeadDecrypt(
                    request.name(),
                    request.algorithm(AeadAlgorithm.class),
                    request.bytes("nonce"),
                    request.bytes("aad"),
                    request.bytes("ciphertext")));
            case "cipher-encrypt" -> ok("ciphertext", client.cipherEncrypt(
                    request.name(), request.algorithm(CipherAlgorithm.class), request.bytes("plaintext")));
            case "cipher-decrypt" -> ok("plaintext", client.cipherDecrypt(
                    request.name(), request.algorithm(CipherAlgorithm.class), request.bytes("ciphertext")));
            case "mac-compute" -> ok("mac", client.computeMac(
                    request.name(), request.algorithm(MacAlgorithm.class), request.bytes("data")));
            case "mac-verify" -> yesOrNo(client.verifyMac(
                    request.name(), request.algorithm(MacAlgorithm.class), request.bytes("data"), request.bytes("mac")));
            default -> "unsupported";
        };
    }

    /** The three lines of the README, and the check that they worked. */
    private static String highLevel(KeysteadClient client, String name) {
        byte[] message = "hello".getBytes(StandardCharsets.US_ASCII);
        KeyHandle key = client.generate(name, Presets.ecdsaP256());
        byte[] signature = key.sign(message);
        if (!key.verify(message, signature)) {
            return "no";
        }
        return "ok public=" + hex(key.publicKey()) + " signature=" + hex(signature);
    }

    private static HashAlgorithm hash(Request request) {
        return request.algorithm(HashAlgorithm.class);
    }

    private static String ok(Runnable step) {
        step.run();
        return "ok";
    }

    private static String ok(String name, byte[] value) {
        return "ok " + name + "=" + hex(value);
    }

    private static String yesOrNo(boolean yes) {
        return yes ? "ok" : "no";
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static String joined(Collection<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(","));
    }
}
