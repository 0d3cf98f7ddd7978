"""HTML as hostile people and careless programs write it."""

import random
from collections.abc import Iterator

HOSTILE = [
    "<p>Acme <script>document.body.textContent='x'</script>hired <b onclick=alert(1)>Bob</b></p>",
    "<style>p { display: none }</style><p>seen</p><p style='display:none' hidden>hidden words</p>",
    "<p>left \u202eright\u202c to \u2067left\u2069 <bdo dir=rtl>turned</bdo></p>",
    "<div>" * 5_000 + "deep" + "</div>" * 5_000 + "<p>after",
    "<b>" * 3_000 + "bold <p>and on",
    "<table><tr><td>a<table><tr><td>b<td>c</table>d<td>e<tr><td colspan=99999 rowspan=-1>f</table>g",
    "<p>a<p>b<li>c<dd>d<td>e</td>f</p></p></div></ul>g",
    "<pre>\n one\r\n\r\ttwo \n\n</pre> <pre></pre>three",
    "emoji 👩‍👩‍👧 <i>Zu\u0308rich</i> <b>שלום</b> 東京 \U0001f468\U0001f3fd <s>\u200bzero\u200d</s>",
    "&#0;&#xD800;&#13;&#8238;&#x1F600;&amp;lt;b&amp;gt; &lt;script&gt;alert(1)&lt;/script&gt; &nosuch; &amp",
    "&#" + "9" * 5_000 + "; huge",
    "<svg><style><img src=x onerror=alert(1)></style><title>t</title><text>drawn</text></svg><math><mi>x</mi></math>",
    "<iframe srcdoc='<p>in</p>'>frame</iframe><object>obj</object><noscript><p>no</p></noscript>",
    "<textarea><p></textarea>",
    "<a href='java\nscript:alert(1)'>one</a> <a href=\"https://a.example/?x='>\">two</a> <a href=//b.example>three",
    "<p title='>'>quoted</p> <p title=a\"b>half</p> <!-- > --> <!--> shown --> <!--->also--> <!x>y<?z>w</ >v",
    "1 < 2 && 3 > 2 <3 <- </3 <é> <",
    "a<br><br/>b</br>c<hr>d<wbr>e\u00ade<img src=x alt=words onerror=alert(1)>f",
    "<template><p>inert</p><template>x</template></template>seen<select><option>one<option>two</select>",
    "\u2028line\u2029para\x0bvt\x0cff\x1fus\x85nel\xa0 \xa0nbsp\ufeff",
    "<xmp><b>raw</b></xmp><plaintext><b>plain",
    "<p>cut off in a tag <b class='x",
    "<p>cut off in a comment <!-- never ends",
    "<script>never ends",
    " \n\t ",
]
_PARTS = [
    *(
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "<br>",
        "<ul>",
        "</ul>",
        "<li>",
        "<pre>",
        "</pre>",
    ),
    *("<table>", "<tr>", "<td>", "<th colspan=2>", "</table>", "<h1>", "</h1>", "<a href=https://x.example>", "</a>"),
    *("<script>x()</script>", "<style>b{}</style>", "<!-- c -->", "<span hidden>", "</span>", "<hr>", "<blockquote>"),
    *(" ", "  ", "\n", "\r\n", "\t", "\xa0", "&amp;", "&lt;", "&#128512;", "<", ">", "&", "</", "</x>", "<x y='>'>"),
    *("word", "Acme", "hired", "Bob", "שלום", "👩‍👩‍👧", "e\u0301", "東京", "\u202e", "\u200b", "a.b", "x\ny"),
]


def made_up_html(dice: random.Random, count: int) -> Iterator[str]:
    for _ in range(count):
        yield "".join(dice.choice(_PARTS) for _ in range(dice.randint(1, 60)))
