export function ecdsaP256(): KeyAttributes;
export function ecdsaP384(): KeyAttributes;
export function rsaPkcs1(bits?: number): KeyAttributes;
export function rsaPss(bits?: number): KeyAttributes;
export function rsaOaep(bits?: number): KeyAttributes;
export function aes256Gcm(): KeyAttributes;
export function hmacSha256(): KeyAttributes;
export function x25519(): KeyAttributes;
import type { KeyAttributes } from "./words/attributes.js";
