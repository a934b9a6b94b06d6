using Plumbline.Models.ChatTemplates;
using Plumbline.Models.ChatTemplates.Jinja;
using static Plumbline.Models.Tests.ChatTemplates.Templating;

namespace Plumbline.Models.Tests.ChatTemplates;

public sealed class JinjaTests
{
    // What Jinja 3 with transformers' settings writes for each.
    [Theory]
    [InlineData("{{ 1 + 2 * 3 }}", "7")]
    [InlineData("{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 10 }} {{ 4 / 2 }}", "3 -4 2 3.5 1024 2.0")]
    [InlineData("{{ 'a' ~ 1 ~ none ~ true }}", "a1NoneTrue")]
    [InlineData("{{ 'ab' * 3 }}{{ '-' * -1 }}", "ababab")]
    [InlineData("{{ [1, 'x', None, 2.50] }}", "[1, 'x', None, 2.5]")]
    [InlineData("{{ (1,) }} {{ {'a': {'b': []}} }} {{ (2) }}", "(1,) {'a': {'b': []}} 2")]
    [InlineData("{{ \"it's\" }} {{ [\"it's\"] }}", "it's [\"it's\"]")]
    [InlineData("{{ 'a\\n\\t\\u00e9\\x41\\q' }}", "a\n\té" + "A\\q")]
    [InlineData("{{ 'one' 'two' }}", "onetwo")]
    [InlineData("{{ 1 < 2 < 3 }} {{ 3 > 2 > 2 }} {{ 'a' < 'b' }}", "True False True")]
    [InlineData("{{ 'b' in 'abc' }} {{ 2 not in [1, 3] }} {{ 'k' in {'k': 1} }}", "True True True")]
    [InlineData("{{ not false and true or false }}", "True")]
    [InlineData("{{ '' or 'x' }} {{ 0 and 1 }} {{ 5 and 6 }}", "x 0 6")]
    [InlineData("{{ 'yes' if 1 == 1.0 else 'no' }}{{ 'gone' if false }}", "yes")]
    [InlineData(
        "{{ 'abcdef'[1:3] }} {{ 'abc'[::-1] }} {{ [1,2,3,4][-2:] }} {{ [1,2,3,4][::2] }} {{ [1,2,3][5:] }}",
        "bc cba [3, 4] [1, 3] []"
    )]
    [InlineData("{{ 'abc'[0] }}{{ 'abc'[-1] }}{{ [1,2][7] }}", "ac")]
    [InlineData("{{ ' x '.strip() }}|{{ 'xxaxx'.lstrip('x') }}|{{ 'xxaxx'.rstrip('x') }}", "x|axx|xxa")]
    [InlineData("{{ 'a,b,c'.split(',') }} {{ ' a  b '.split() }} {{ 'a</t>b'.split('</t>')[-1] }}", "['a', 'b', 'c'] ['a', 'b'] b")]
    [InlineData("{{ 'a,b,c'.split(',', 1) }} {{ 'a b  c '.split(none, 1) }}", "['a', 'b,c'] ['a', 'b  c ']")]
    [InlineData("{{ 'abc'.startswith('ab') }} {{ 'abc'.endswith(('x', 'c')) }}", "True True")]
    [InlineData("{{ 'aXbX'.replace('X', '--') }} {{ 'aaa'.replace('a', 'b', 2) }} {{ 'ab'.replace('', '.') }}", "a--b-- bba .a.b.")]
    [InlineData("{{ 'hello world'.title() }} {{ 'HELLO'.capitalize() }} {{ 'a'.upper() }}{{ 'B'.lower() }}", "Hello World Hello Ab")]
    [InlineData(
        "{{ 'a\\nb\\x85c'.splitlines() }} {{ 'abcabc'.count('b') }} {{ 'abc'.find('c') }} {{ '12'.isdigit() }}",
        "['a', 'b', 'c'] 2 2 True"
    )]
    [InlineData("{{ ', '.join(['a', 'b']) }} {{ 'pre-x'.removeprefix('pre-') }} {{ 'x.y'.removesuffix('.y') }}", "a, b x x")]
    [InlineData(
        "{{ {'a': 1}.get('b', 2) }} {{ {'a': 1}.get('b') }} {{ {'a': 1}.keys() | list }} {{ {'a': 1}.values() | list }}",
        "2 None ['a'] [1]"
    )]
    [InlineData("{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}{{ v }};{% endfor %}", "a1;b2;")]
    [InlineData("{{ {'items': 3}['items'] }} {{ {'x': {'y': 4}}.x.y }} {{ ['q'].0 }}", "3 4 q")]
    [InlineData("{{ missing }}|{{ missing is defined }}|{{ missing | default('d') }}|{{ '' | default('e', true) }}", "|False|d|e")]
    [InlineData("{% for x in missing %}x{% else %}none{% endfor %}", "none")]
    [InlineData(
        "{{ [3, 1, 2] | sort | join('-') }} {{ ['b', 'A'] | sort }} {{ [1, 2] | sum }} {{ [4, 9] | max }}{{ [4, 9] | min }}",
        "1-2-3 ['A', 'b'] 3 94"
    )]
    [InlineData("{{ [1, 1, 2] | unique | list }} {{ [1, 2] | reverse | list }} {{ 'abc' | reverse }}", "[1, 2] [2, 1] cba")]
    [InlineData("{{ ['a', 'b'] | map('upper') | join }} {{ [{'n': 1}, {'n': 2}] | map(attribute='n') | list }}", "AB [1, 2]")]
    [InlineData("{{ [{'r': 'u', 'i': 1}, {'r': 's', 'i': 2}] | selectattr('r', 'equalto', 's') | map(attribute='i') | first }}", "2")]
    [InlineData("{{ [{'r': 'u'}, {'q': 1}] | rejectattr('r', 'defined') | list | length }} {{ [0, 1, 2] | select | list }}", "1 [1, 2]")]
    [InlineData("{{ [1, 2, 3] | select('odd') | list }} {{ [1, 2, 3] | reject('>', 1) | list }}", "[1, 3] [1]")]
    [InlineData(
        "{{ '42' | int + 1 }} {{ 'x' | int(7) }} {{ 3.9 | int }} {{ '1.5' | float }} {{ 2.345 | round(1) }} {{ 3 | abs }} {{ -3 | abs }}",
        "43 7 3 1.5 2.3 3 3"
    )]
    [InlineData(
        "{{ 'x' is string }} {{ {} is mapping }} {{ [] is iterable }} {{ 1 is number }} {{ none is none }} {{ 3 is odd }}",
        "True True True True True True"
    )]
    [InlineData(
        "{{ x is not defined }} {{ 1 is not string }} {{ 4 is divisibleby 2 }} {{ 'a' is in ['a'] }} {{ 1 is eq 1 }}",
        "True True True True True"
    )]
    [InlineData(
        "{{ false is false }} {{ 0 is false }} {{ true is boolean }} {{ 1 is integer }} {{ 1.0 is float }} {{ 'a' is sequence }}",
        "True False True True True True"
    )]
    [InlineData(
        "{{ {'a': [1, {'b': 'é\"\\n'}], 'c': none, 'd': true} | tojson }}",
        "{\"a\": [1, {\"b\": \"é\\\"\\n\"}], \"c\": null, \"d\": true}"
    )]
    [InlineData("{{ {'a': [1, 2], 'e': []} | tojson(indent=2) }}", "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"e\": []\n}")]
    [InlineData("{{ {'b': 1, 'a': '<&>'} | tojson(separators=(',', ':'), sort_keys=true) }}", "{\"a\":\"<&>\",\"b\":1}")]
    [InlineData(
        "{{ 1e16 }} {{ 0.00001 }} {{ 1.0 }} {{ 0.1 + 0.2 }} {{ 123456789.125 }} {{ 2.5e-7 }}",
        "1e+16 1e-05 1.0 0.30000000000000004 123456789.125 2.5e-07"
    )]
    [InlineData("{{ 'a\nb\n\nc' | indent(2) }}", "a\n  b\n\n  c")]
    [InlineData(
        "{{ range(3) | list }} {{ range(5, 1, -2) | list }} {{ {'b': 1, 'a': 2} | dictsort }}",
        "[0, 1, 2] [5, 3] [('a', 2), ('b', 1)]"
    )]
    [InlineData("{{ 'é😀'|length }} {{ '😀a'[0] }} {{ [1,2]|count }}", "2 😀 2")]
    [InlineData(
        "{{ ' x '|trim }}|{{ 'abc'|first }}|{{ [1,2]|last }}|{{ 'x'|safe }}|{{ 3|string + '!' }}|{{ 'aXa'|replace('a', 'b') }}",
        "x|a|2|x|3!|bXb"
    )]
    public void Expressions_give_what_Jinja_gives(string source, string expected) => Assert.Equal(expected, Render(source));

    [Theory]
    [InlineData("{% for i in [1, 2, 3] %}{{ i }}{% if not loop.last %},{% endif %}{% endfor %}", "1,2,3")]
    [InlineData(
        "{% for i in range(10) if i is even %}{{ loop.index }}:{{ i }}/{{ loop.length }} {% endfor %}",
        "1:0/5 2:2/5 3:4/5 4:6/5 5:8/5 "
    )]
    [InlineData(
        "{% for i in range(9) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{{ i }}{% endfor %}",
        "013"
    )]
    [InlineData(
        "{% for i in 'ab' %}{{ loop.previtem }}{{ i }}{{ loop.nextitem }}{{ loop.revindex }}{{ loop.cycle('x', 'y') }}|{% endfor %}",
        "ab2x|ab1y|"
    )]
    [InlineData("{% for a in [1] %}{% for b in [2] %}{{ loop.depth }}{% endfor %}{{ loop.depth0 }}{% endfor %}", "20")]
    [InlineData("{% set x = 1 %}{% for i in [5] %}{% set x = i %}{{ x }}{% endfor %}{{ x }}", "51")]
    [InlineData("{% set ns = namespace(n=0, s='') %}{% for i in [5, 6] %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}", "11")]
    [InlineData("{% set a, b = 1, 2 %}{{ a }}{{ b }}{% if true %}{% set a = 9 %}{% endif %}{{ a }}", "129")]
    [InlineData("{% set x %}  in {{ 1 }}{% endset %}[{{ x }}] {% set y | upper | trim %} up {% endset %}{{ y }}", "[  in 1] UP")]
    [InlineData(
        "{% macro m(a, b='B') %}<{{ a }}{{ b }}{{ varargs }}{{ kwargs }}>{% endmacro %}{{ m(1) }}{{ m(1, 2, 3, k=4) }}{{ m(b=0, a=9) }}",
        "<1B(){}><12(3,){'k': 4}><90(){}>"
    )]
    [InlineData("{% macro f(n) %}{{ n }}{% if n > 0 %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}", "3210")]
    [InlineData("{% macro box(t) %}[{{ t }}:{{ caller('x') }}]{% endmacro %}{% call(v) box('T') %}body {{ v }}{% endcall %}", "[T:body x]")]
    [InlineData("{% if 0 %}a{% elif 1 %}b{% else %}c{% endif %}", "b")]
    [InlineData("{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}{{ a is defined }}", "3False")]
    [InlineData("{% filter upper %}a{{ 'b' }}{% endfilter %}", "AB")]
    [InlineData("{% raw %}{{ x }}{% if %}{% endraw %}!", "{{ x }}{% if %}!")]
    [InlineData("a{# hidden {{ x }} #}b", "ab")]
    [InlineData("{{ {'a': {}} }}{{ '%}' }}{{ \"}}\" }}", "{'a': {}}%}}}")]
    [InlineData("{% for k in {'z': 1} %}{{ k }}{% endfor %}", "z")]
    public void Statements_do_what_Jinja_does(string source, string expected) => Assert.Equal(expected, Render(source));

    // trim_blocks and lstrip_blocks are on.
    [Theory]
    [InlineData("{% if 1 %}\nx\n{% endif %}\ny", "x\ny")]
    [InlineData("a\n   {% if 1 %}\nb\n   {% endif %}\nc\n", "a\nb\nc")]
    [InlineData("a {% if 1 %} b {% endif %} c", "a  b  c")]
    [InlineData("a  {%- if 1 -%}  b  {%- endif -%}  c", "abc")]
    [InlineData("a\n {{- 1 -}} \n b", "a1b")]
    [InlineData("a\n  {{ 1 }}\nb", "a\n  1\nb")]
    [InlineData("   {%+ if 1 +%}\nb{% endif %}", "   \nb")]
    [InlineData("  {# c #}\nb", "b")]
    [InlineData("{{ 'x' }}\n", "x")]
    [InlineData("{{ 'x' }}\n\n", "x\n")]
    [InlineData("a\r\n{% if 1 %}\r\nb{% endif %}", "a\nb")]
    [InlineData("{%- raw -%} {{ a }} {%- endraw -%} b", "{{ a }}b")]
    public void Whitespace_follows_the_settings_of_transformers(string source, string expected) => Assert.Equal(expected, Render(source));

    [Theory]
    [InlineData("a\n{{ 1 +", 2, "closed")]
    [InlineData("{% if x %}\n\n", 2, "endif")]
    [InlineData("\n{% include 'x' %}", 2, "include")]
    [InlineData("{{ x | nofilter }}", 1, "nofilter")]
    [InlineData("{{ x is notest }}", 1, "notest")]
    [InlineData("\n\n{{ missing.field }}", 3, "'missing' is undefined")]
    [InlineData("{{ missing.a.b }}", 1, "missing")]
    [InlineData("{{ 'a' + 1 }}", 1, "a string and an integer")]
    [InlineData("{{ 1 / 0 }}", 1, "zero")]
    [InlineData("{{ 9223372036854775807 + 1 }}", 1, "64-bit")]
    [InlineData("{{ 99999999999999999999 }}", 1, "64-bit")]
    [InlineData("{{ nofunction() }}", 1, "called")]
    [InlineData("{% set a.b = 1 %}", 1, "namespace")]
    [InlineData("{% set l = [] %}{{ l.append(1) }}", 1, "changed")]
    [InlineData("{{ raise_exception('No roles!') }}", 1, "No roles!")]
    [InlineData("{{ strftime_now('%Y') }}", 1, "called")]
    [InlineData("{% break %}", 1, "break")]
    [InlineData("{{ [1, 'a'] | sort }}", 1, "order")]
    [InlineData("{{ 'x", 1, "closed")]
    [InlineData("{# x", 1, "closed")]
    [InlineData("{% raw %}x", 1, "endraw")]
    [InlineData("{{ ? }}", 1, "'?'")]
    [InlineData("{{ f(a=1, 2) }}", 1, "without a name")]
    [InlineData("{% endif %}", 1, "endif")]
    [InlineData("{{ [1][::0] }}", 1, "step")]
    [InlineData("{{ range(1000000) }}", 1, "100000")]
    [InlineData("{% for a, (b) in [[1, 2]] %}{% endfor %}", 1, "name")]
    [InlineData("{% for a, b in [[1]] %}{% endfor %}", 1, "unpacked")]
    // What Jinja has and chat templates do not use is refused, never written differently.
    [InlineData("{{ {1: 'a'} }}", 1, "strings")]
    [InlineData("{{ '<' | escape }}", 1, "escape")]
    [InlineData("{{ 'a' is filter }}", 1, "filter")]
    [InlineData("{{ joiner(',') }}", 1, "called")]
    [InlineData("{{ 'a'.swapcase() }}", 1, "called")]
    [InlineData("{% for x in [] recursive %}{% endfor %}", 1, "Recursive")]
    [InlineData("{% do 1 %}", 1, "do")]
    [InlineData("{{ '%o' % 8 }}", 1, "%o")]
    [InlineData("{{ '%s' % (1, 2) }}", 1, "more values")]
    [InlineData("{{ '%999999999d' % 1 }}", 1, "999999999")]
    [InlineData("{{ '{:>999999999}'.format(1) }}", 1, "999999999")]
    [InlineData("{{ '{0.real}'.format(1) }}", 1, "0.real")]
    [InlineData("{{ '{'.format(1) }}", 1, "brace")]
    [InlineData("{{ '{}'.format() }}", 1, "no value")]
    [InlineData("{{ '{:d}'.format(1.5) }}", 1, "whole")]
    [InlineData("{{ 0xFFFFFFFFFFFFFFFF }}", 1, "64-bit")]
    [InlineData("{{ 'a'.rsplit('', 1) }}{{ 1 }}", 1, "empty")]
    [InlineData("{{ 'a'.ljust(3, 'xy') }}", 1, "one character")]
    public void Errors_name_the_line_and_what_failed(string source, int line, string part)
    {
        var failure = Failure(source);
        Assert.Equal(line, failure.Position!.Line);
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}")]
    [InlineData("{% set ns = namespace(s='xxxxxxxxxxxxxxxx') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}")]
    [InlineData("{{ 'x' * 9000000000 }}")]
    [InlineData("{{ [1] * 9000000000000 }}")]
    [InlineData("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}")]
    [InlineData("{% set ns = namespace(l=[]) %}{% for i in range(99999) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}")]
    [InlineData("{% set a = [1] * 99999 %}{% for i in a %}{{ a | tojson }}{% endfor %}")]
    [InlineData("{% for i in range(99999) %}{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' * 9999 }}{% endfor %}")]
    public void A_hostile_template_is_stopped(string source)
    {
        var limits = new TemplateLimits
        {
            Steps = 2_000_000,
            Characters = 1 << 24,
            TextLength = 1 << 22,
        };
        Assert.Throws<InvalidInputException>(() => ChatTemplate.Parse(source, "hostile", limits).Render([]));
    }

    [Fact]
    public void Deep_nesting_is_refused_without_exhausting_the_stack()
    {
        string[] deep =
        [
            "{{ " + new string('(', 50_000) + "1",
            "{{ " + string.Concat(Enumerable.Repeat("not ", 50_000)) + "1 }}",
            "{{ " + new string('-', 50_000) + "1 }}",
            "{{ " + new string('[', 50_000),
            "{{ 1" + string.Concat(Enumerable.Repeat(" + 1", 50_000)) + " }}",
            "{{ x" + string.Concat(Enumerable.Repeat("[0]", 50_000)) + " }}",
            "{{ 1" + string.Concat(Enumerable.Repeat(" if 1 else 1", 50_000)) + " }}",
            string.Concat(Enumerable.Repeat("{% if 1 %}", 20_000)),
        ];
        Assert.All(deep, source => Failure(source));
    }

    [Fact]
    public void The_date_comes_from_the_clock_that_was_given()
    {
        var moment = new DateTimeOffset(2026, 3, 5, 7, 8, 9, TimeSpan.Zero);
        Assert.Equal("05 Mar 2026 5 March 07:08:09 064 Thursday %", Globals.FormatTime(moment, "%d %b %Y %-d %B %H:%M:%S %j %A %%"));
        var options = new ChatRenderOptions { Time = new FixedTime(moment) };
        Assert.Equal("2026-03-05", ChatTemplate.Parse("{{ strftime_now('%Y-%m-%d') }}").Render([], options).Text);
    }

    private sealed class FixedTime(DateTimeOffset moment) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => moment;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
