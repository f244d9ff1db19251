// Proof to others: that a key lives in a TPM, and what else a TPM states.

package keystead

import (
	"context"

	"keystead/client-go/internal/wire"
)

// CredentialKeys is what a verifier needs to make a challenge for a key in a TPM (TPM2_MakeCredential).
type CredentialKeys struct {
	// Name is the content of the attested key's TPM2B_NAME, Public that of its TPM2B_PUBLIC.
	Name, Public []byte
	// AttestingKey is the attesting key's public half, as PublicKeyBytes gives it.
	AttestingKey []byte
}

// Statement is what a TPM states, and its signature.
type Statement struct {
	// Attest is the statement, a TPMS_ATTEST.
	Attest []byte
	// Signature is the signing key's over it, as SignMessage gives it.
	Signature []byte
	// Algorithm is how it was signed.
	Algorithm SignatureAlgorithm
}

// PrepareKeyAttestation gives what a verifier needs to make a challenge for a key in a TPM. An empty attesting is the TPM's
// default endorsement key.
func (c *Client) PrepareKeyAttestation(ctx context.Context, attested, attesting string) (CredentialKeys, error) {
	question := &wire.PrepareKeyAttestation{Parameters: &wire.PrepareKeyAttestationParameters{
		Variant: &wire.PrepareKeyAttestationParameters_ActivateCredential{
			ActivateCredential: &wire.PrepareActivateCredential{AttestedKeyName: attested, AttestingKeyName: attesting},
		},
	}}
	var result wire.PrepareKeyAttestationResult
	if err := c.call(ctx, OpPrepareKeyAttestation, question, &result); err != nil {
		return CredentialKeys{}, err
	}
	keys := result.GetOutput().GetActivateCredential()
	if keys == nil {
		return CredentialKeys{}, of(OpPrepareKeyAttestation, badResponse("it has no output"))
	}
	return CredentialKeys{Name: keys.Name, Public: keys.Public, AttestingKey: keys.AttestingKeyPub}, nil
}

// AttestKey answers a verifier's challenge (TPM2_ActivateCredential) with the secret in it. credentialBlob is the content of
// a TPM2B_ID_OBJECT, secret that of a TPM2B_ENCRYPTED_SECRET.
func (c *Client) AttestKey(
	ctx context.Context, attested, attesting string, credentialBlob, secret []byte,
) ([]byte, error) {
	question := &wire.AttestKey{
		AttestedKeyName: attested,
		Parameters: &wire.AttestKeyParameters{Variant: &wire.AttestKeyParameters_ActivateCredential{
			ActivateCredential: &wire.ActivateCredentialChallenge{CredentialBlob: credentialBlob, Secret: secret},
		}},
		AttestingKeyName: attesting,
	}
	var result wire.AttestKeyResult
	if err := c.call(ctx, OpAttestKey, question, &result); err != nil {
		return nil, err
	}
	activated := result.GetOutput().GetActivateCredential()
	if activated == nil {
		return nil, of(OpAttestKey, badResponse("it has no output"))
	}
	return activated.Credential, nil
}

// TPMCertify has a TPM state that the key name is in it, signed by the caller's key signing, whose usage must allow it to
// sign messages (TPM2_Certify). nonce is the verifier's, up to 64 bytes. Parsec does not have this operation.
func (c *Client) TPMCertify(ctx context.Context, name, signing string, nonce []byte) (Statement, error) {
	var result wire.TpmCertifyResult
	question := &wire.TpmCertify{KeyName: name, SigningKeyName: signing, QualifyingData: nonce}
	err := c.call(ctx, OpTPMCertify, question, &result)
	return statement(OpTPMCertify, err, result.Attest, result.Signature, result.Alg)
}

// TPMQuote has a TPM state what was measured into registers of one bank, signed as by TPMCertify (TPM2_Quote). Registers
// that the TPM does not keep are missing in the statement. Parsec does not have this operation.
func (c *Client) TPMQuote(
	ctx context.Context, signing string, bank Hash, registers []uint32, nonce []byte,
) (Statement, error) {
	var result wire.TpmQuoteResult
	question := &wire.TpmQuote{
		SigningKeyName: signing, PcrBank: wire.Hash(bank), Pcrs: registers, QualifyingData: nonce,
	}
	err := c.call(ctx, OpTPMQuote, question, &result)
	return statement(OpTPMQuote, err, result.Attest, result.Signature, result.Alg)
}

// TPMEndorsementCertificates gives the certificates that a TPM's maker put into it, in DER: those of endorsement keys first,
// then their issuers'. There may be none. Parsec does not have this operation.
func (c *Client) TPMEndorsementCertificates(ctx context.Context) ([][]byte, error) {
	var result wire.TpmEndorsementCertificatesResult
	err := c.call(ctx, OpTPMEndorsementCertificates, &wire.TpmEndorsementCertificates{}, &result)
	return result.Certificates, err
}

func statement(op Opcode, err error, attest, signature []byte, how *wire.AsymmetricSignature) (Statement, error) {
	if err != nil {
		return Statement{}, err
	}
	algorithm, known := signatureOf(how).(SignatureAlgorithm)
	if !known {
		return Statement{}, of(op, badResponse("it was signed with an algorithm that this library does not know"))
	}
	return Statement{Attest: attest, Signature: signature, Algorithm: algorithm}, nil
}
