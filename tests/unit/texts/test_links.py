from tasks.delivery import links

BODY = f"请登记。\n办理：{links.LINK}\n联系人：王敏"


def test_an_address_takes_the_place_of_the_link() -> None:
    assert (
        links.fill(BODY, links.PersonalAddress("https://duban.example.cn/c/1"))
        == "请登记。\n办理：https://duban.example.cn/c/1\n联系人：王敏"
    )


def test_without_an_address_the_line_goes() -> None:
    assert links.fill(BODY, None) == "请登记。\n联系人：王敏"


def test_others_read_words_instead_of_the_address() -> None:
    assert links.mask(BODY, "［个人链接］") == "请登记。\n办理：［个人链接］\n联系人：王敏"
    assert links.carried(BODY)
    assert not links.carried(links.mask(BODY, "［个人链接］"))
