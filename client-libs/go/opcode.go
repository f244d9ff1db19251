// The table of operations (wire contract 2.3, 6.3): number, name, whom they address, who may ask, what they change.

package keystead

import "fmt"

// Opcode is the number of an operation.
type Opcode uint32

// The operations of this library. Numbers that are not here are those of a newer service, or of its other daemons.
const (
	OpPing                       Opcode = 0x0001
	OpGenerateKey                Opcode = 0x0002
	OpDestroyKey                 Opcode = 0x0003
	OpSignHash                   Opcode = 0x0004
	OpVerifyHash                 Opcode = 0x0005
	OpImportKey                  Opcode = 0x0006
	OpExportPublicKey            Opcode = 0x0007
	OpListProviders              Opcode = 0x0008
	OpListOpcodes                Opcode = 0x0009
	OpAsymmetricEncrypt          Opcode = 0x000A
	OpAsymmetricDecrypt          Opcode = 0x000B
	OpExportKey                  Opcode = 0x000C
	OpGenerateRandom             Opcode = 0x000D
	OpListAuthenticators         Opcode = 0x000E
	OpHashCompute                Opcode = 0x000F
	OpHashCompare                Opcode = 0x0010
	OpAEADEncrypt                Opcode = 0x0011
	OpAEADDecrypt                Opcode = 0x0012
	OpRawKeyAgreement            Opcode = 0x0013
	OpCipherEncrypt              Opcode = 0x0014
	OpCipherDecrypt              Opcode = 0x0015
	OpMACCompute                 Opcode = 0x0016
	OpMACVerify                  Opcode = 0x0017
	OpSignMessage                Opcode = 0x0018
	OpVerifyMessage              Opcode = 0x0019
	OpListKeys                   Opcode = 0x001A
	OpListClients                Opcode = 0x001B
	OpDeleteClient               Opcode = 0x001C
	OpAttestKey                  Opcode = 0x001E
	OpPrepareKeyAttestation      Opcode = 0x001F
	OpCanDoCrypto                Opcode = 0x0020
	OpGetToken                   Opcode = 0x0104
	OpTPMCertify                 Opcode = 0x0201
	OpTPMQuote                   Opcode = 0x0202
	OpTPMEndorsementCertificates Opcode = 0x0203
	OpHealth                     Opcode = 0x0302
)

// operation is what the client has to know of an opcode.
type operation struct {
	name string
	// core: it addresses the service itself (provider 0), and not a provider of cryptography.
	core bool
	// open: anybody may ask, so it is sent without the credential. The service refuses even a Ping whose authenticator
	// is not configured.
	open bool
	// changes: doing it twice may do something else, so it is not repeated when the connection breaks.
	changes bool
}

var operations = map[Opcode]operation{
	OpPing:                       {name: "Ping", core: true, open: true},
	OpGenerateKey:                {name: "PsaGenerateKey", changes: true},
	OpDestroyKey:                 {name: "PsaDestroyKey", changes: true},
	OpSignHash:                   {name: "PsaSignHash"},
	OpVerifyHash:                 {name: "PsaVerifyHash"},
	OpImportKey:                  {name: "PsaImportKey", changes: true},
	OpExportPublicKey:            {name: "PsaExportPublicKey"},
	OpListProviders:              {name: "ListProviders", core: true, open: true},
	OpListOpcodes:                {name: "ListOpcodes", core: true, open: true},
	OpAsymmetricEncrypt:          {name: "PsaAsymmetricEncrypt"},
	OpAsymmetricDecrypt:          {name: "PsaAsymmetricDecrypt"},
	OpExportKey:                  {name: "PsaExportKey"},
	OpGenerateRandom:             {name: "PsaGenerateRandom", open: true},
	OpListAuthenticators:         {name: "ListAuthenticators", core: true, open: true},
	OpHashCompute:                {name: "PsaHashCompute", open: true},
	OpHashCompare:                {name: "PsaHashCompare", open: true},
	OpAEADEncrypt:                {name: "PsaAeadEncrypt"},
	OpAEADDecrypt:                {name: "PsaAeadDecrypt"},
	OpRawKeyAgreement:            {name: "PsaRawKeyAgreement"},
	OpCipherEncrypt:              {name: "PsaCipherEncrypt"},
	OpCipherDecrypt:              {name: "PsaCipherDecrypt"},
	OpMACCompute:                 {name: "PsaMacCompute"},
	OpMACVerify:                  {name: "PsaMacVerify"},
	OpSignMessage:                {name: "PsaSignMessage"},
	OpVerifyMessage:              {name: "PsaVerifyMessage"},
	OpListKeys:                   {name: "ListKeys", core: true},
	OpListClients:                {name: "ListClients", core: true},
	OpDeleteClient:               {name: "DeleteClient", core: true, changes: true},
	OpAttestKey:                  {name: "AttestKey"},
	OpPrepareKeyAttestation:      {name: "PrepareKeyAttestation"},
	OpCanDoCrypto:                {name: "CanDoCrypto"},
	OpGetToken:                   {name: "GetToken", core: true, open: true},
	OpTPMCertify:                 {name: "TpmCertify"},
	OpTPMQuote:                   {name: "TpmQuote"},
	OpTPMEndorsementCertificates: {name: "TpmEndorsementCertificates"},
	OpHealth:                     {name: "Health", core: true},
}

// String is the operation's name in the contract, or its number where this library does not know it.
func (op Opcode) String() string {
	if known, ok := operations[op]; ok {
		return known.name
	}
	return fmt.Sprintf("operation 0x%04x", uint32(op))
}
