"""A cluster behind TLS: its own certificates open it, others do not, and nobody waits."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from CXRTriageLib.errors import WorkerError
from CXRTriageLib.site_evaluation.workforce import ClusterAddress, cluster_workforce
from support.source_tree import ROOT
from support.workers import square

distributed = pytest.importorskip("distributed")
trustme = pytest.importorskip("trustme")

LONG_ENOUGH_S = 30


@dataclass(frozen=True)
class Certificates:
    """Files that one authority has issued."""

    authority: Path
    certificate: Path
    key: Path

    @classmethod
    def issue(cls, folder: Path) -> Certificates:
        """Write the files of a new authority."""
        folder.mkdir()
        files = cls(folder / "ca.pem", folder / "certificate.pem", folder / "key.pem")
        authority = trustme.CA()
        issued = authority.issue_cert("127.0.0.1")
        authority.cert_pem.write_to_path(files.authority)
        issued.private_key_pem.write_to_path(files.key)
        files.certificate.write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
        return files

    def security(self) -> object:
        """Return what a cluster wants to know."""
        roles = ("client", "scheduler", "worker")
        return distributed.Security(
            require_encryption=True,
            tls_ca_file=str(self.authority),
            **{f"tls_{role}_cert": str(self.certificate) for role in roles},
            **{f"tls_{role}_key": str(self.key) for role in roles},
        )


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return Certificates.issue(tmp_path_factory.mktemp("tls") / "own")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return Certificates.issue(tmp_path_factory.mktemp("tls") / "other")


@pytest.fixture(scope="module")
def address(own):
    """Return where a cluster answers that only speaks TLS."""
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, protocol="tls",
        security=own.security(), host="127.0.0.1", dashboard_address=None, silence_logs=50,
    ) as running:  # fmt: skip
        yield running.scheduler_address


def test_own_certificates_open_the_cluster(address, own):
    with cluster_workforce(
        ClusterAddress(
            address=address,
            tls_ca=own.authority,
            tls_certificate=own.certificate,
            tls_key=own.key,
        )
    ) as workforce:
        found = {answer.item: answer.result for answer in workforce.answers(square, range(5))}

    assert found == {number: number * number for number in range(5)}


@pytest.mark.parametrize("trusted", ["own", "other"], ids=["not known there", "nobody knows"])
def test_other_certificates_are_refused_with_the_options_to_check(address, own, other, trusted):
    authority = own.authority if trusted == "own" else other.authority

    with (
        pytest.raises(WorkerError, match=r"No scheduler answers at tls://.*--tls-certificate"),
        cluster_workforce(
            ClusterAddress(
                address=address,
                tls_ca=authority,
                tls_certificate=other.certificate,
                tls_key=other.key,
            )
        ),
    ):
        pass


def test_refused_process_ends_at_once(address, other):
    files = [str(path) for path in (other.authority, other.certificate, other.key)]
    code = (
        "from pathlib import Path; "
        "from CXRTriageLib.site_evaluation.workforce import ClusterAddress, cluster_workforce; "
        f"files = [Path(name) for name in {files!r}]; "
        f"address = ClusterAddress(address={address!r}, tls_ca=files[0], tls_certificate=files[1], "
        "tls_key=files[2]); cluster_workforce(address).__enter__()"
    )

    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LONG_ENOUGH_S,
        check=False,
    )

    assert ended.returncode == 1
    assert "WorkerError: No scheduler answers" in ended.stderr
