"""Certificates of an authority made for a test: sound, expired, for another host, or signed by nobody."""

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from worker.clock import machine_now


@dataclass(frozen=True)
class Authority:
    """`root`: a PEM file for SSL_CERT_FILE."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def server(self, kind: str = "sound") -> ssl.SSLContext:
        """The TLS of a server on 127.0.0.1: `sound`, `expired`, `other-host` or `self-signed`."""
        key = ec.generate_private_key(ec.SECP256R1())
        days = (-10, -1) if kind == "expired" else (-1, 10)
        host: x509.GeneralName = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        if kind == "other-host":
            host = x509.DNSName("elsewhere.example.cn")
        issuer = _name("nobody") if kind == "self-signed" else self.certificate.subject
        subject = issuer if kind == "self-signed" else _name("provider")
        made = _builder(subject, issuer, key, days).add_extension(
            x509.SubjectAlternativeName([host]), critical=False
        )
        signed = made.sign(key if kind == "self-signed" else self.key, hashes.SHA256())
        chain, secret = self.folder / f"{kind}.pem", self.folder / f"{kind}.key"
        chain.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        secret.write_bytes(_pem(key))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, secret)
        return context


def authority(folder: Path) -> Authority:
    """An authority of its own, in an empty folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("duban tests")
    made = _builder(name, name, key, (-30, 30)).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    certificate = made.sign(key, hashes.SHA256())
    (folder / "root.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(folder, key, certificate)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: tuple[int, int]
) -> x509.CertificateBuilder:
    now = machine_now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
