using Plumbline.Data;
using static Plumbline.Tests.Data.Rows;

namespace Plumbline.Tests.Data;

public sealed class ExampleIdTests
{
    [Fact]
    public void The_id_is_128_bits_of_sha256_over_the_tagged_and_length_prefixed_content()
    {
        // Kind 'o', number 0, then 't', length 2 and the text "Hi"; digest by an independent tool.
        // printf 'o\0\0\0\0t\2\0\0\0Hi' | sha256sum
        Assert.Equal(PromptHi, ExampleId.Of(new PromptExample("anything", Text("Hi"))));
        Assert.Equal(ExampleId.Of(new PromptExample("", Text("Hi"))), ExampleId.Of(new PromptExample("other", Text("Hi"))));
    }

    private const string PromptHi = "68d4399da8a9bb7317c10b238a324267";

    [Fact]
    public void Ids_tell_apart_everything_that_differs()
    {
        Example[] examples =
        [
            new PromptExample("", Text("ab")),
            new PromptExample("", User("ab")),
            new PromptExample("", Assistant("ab")),
            new PromptExample("", Chat(("user", "a"), ("user", "b"))),
            new PromptExample("", Text("ab ")),
            new LanguageModelingExample("", Text("ab")),
            new PromptCompletionExample("", Text("a"), Text("b")),
            new PromptCompletionExample("", Text("ab"), Text("")),
            new PromptCompletionExample("", Text(""), Text("ab")),
            new PreferenceExample("", Text("a"), Text("b"), Text("c")),
            new PreferenceExample("", Text("a"), Text("c"), Text("b")),
            new PreferenceExample("", Text("ab"), Text(""), Text("c")),
            new UnpairedPreferenceExample("", Text("a"), Text("b"), true),
            new UnpairedPreferenceExample("", Text("a"), Text("b"), false),
            new RankedExample("", Text("a"), [Text("b"), Text("c")], [1, 2]),
            new RankedExample("", Text("a"), [Text("b"), Text("c")], [1, 1]),
            new RankedExample("", Text("a"), [Text("c"), Text("b")], [1, 2]),
            new StepwiseExample("", Text("a"), ["b", "c"], [1, 0]),
            new StepwiseExample("", Text("a"), ["b", "c"], [0, 1]),
            new StepwiseExample("", Text("a"), ["b", "c"], [1, 0.5]),
            new StepwiseExample("", Text("a"), ["c", "b"], [1, 0]),
            new StepwiseExample("", User("a"), ["b", "c"], [1, 0]),
        ];

        var ids = examples.Select(ExampleId.Of).ToArray();

        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{32}$", id));
    }

    [Fact]
    public void Long_texts_of_any_script_have_an_id()
    {
        var text = string.Concat(Enumerable.Repeat("日本語🙂 text ", 5000));

        var id = ExampleId.Of(new PromptExample("", Text(text)));

        Assert.NotEqual(id, ExampleId.Of(new PromptExample("", Text(text + "."))));
    }

    [Fact]
    public void An_unknown_kind_of_example_has_no_id() => Assert.Throws<ArgumentException>(() => ExampleId.Of(new Unknown("")));

    private sealed record Unknown(string Id) : Example(Id);
}
