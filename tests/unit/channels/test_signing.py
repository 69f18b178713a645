"""Signatures against the examples that the providers publish."""

from datetime import UTC, datetime

import pytest

from worker.channels.signing import acs3, canonical_query, sha256, tc3

EMPTY = sha256(b"")


def test_aliyun_the_published_example() -> None:
    """The fixed values at the end of the page named in the module: its request, its authorization."""
    found = acs3(
        "YourAccessKeyId",
        "YourAccessKeySecret",
        method="POST",
        path="/",
        query=canonical_query(
            {
                "RegionId": "cn-shanghai",
                "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
            }
        ),
        headers={
            "host": "ecs.cn-shanghai.aliyuncs.com",
            "x-acs-action": "RunInstances",
            "x-acs-content-sha256": EMPTY,
            "x-acs-date": "2023-10-26T10:22:32Z",
            "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
            "x-acs-version": "2014-05-26",
        },
        body=b"",
    )

    assert found == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,"
        "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_a_canonical_query_encodes_what_a_form_would_not() -> None:
    assert canonical_query({"b": "a b*c~d/e", "a": "民"}) == "a=%E6%B0%91&b=a%20b%2Ac~d%2Fe"


BODY = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
AT = datetime.fromtimestamp(1551113065, UTC)


@pytest.mark.parametrize(
    ("key_id", "secret", "headers", "signed", "signature"),
    [
        (
            "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
            "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
            {"content-type": "application/json; charset=utf-8", "host": "cvm.tencentcloudapi.com"},
            "content-type;host",
            "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
        ),
        (
            "AKID" + "*" * 32,
            "*" * 32,
            {
                "content-type": "application/json; charset=utf-8",
                "host": "cvm.tencentcloudapi.com",
                "x-tc-action": "DescribeInstances",
            },
            "content-type;host;x-tc-action",
            "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f",
        ),
    ],
    ids=["until 2022", "now"],
)
def test_tencent_the_published_example(
    key_id: str, secret: str, headers: dict[str, str], signed: str, signature: str
) -> None:
    found = tc3(key_id, secret, service="cvm", at=AT, headers=headers, body=BODY)

    assert found == (
        f"TC3-HMAC-SHA256 Credential={key_id}/2019-02-25/cvm/tc3_request, SignedHeaders={signed}, Signature={signature}"
    )
