using CsCheck;
using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Testing;
using static Plumbline.Tests.Data.Rows;

namespace Plumbline.Tests.Data;

public sealed class DatasetWriterTests
{
    private static readonly Gen<string> Words = Gen.OneOf(
            Gen.String[1, 12],
            Gen.String[Gen.OneOf(',', '"', '\n', '\r', '\\', '{', '\t', 'x', '\u2028', '\0', '\uFEFF'), 1, 12]
        )
        .Where(text => !string.IsNullOrWhiteSpace(text) && !HasLoneSurrogate(text));

    private static readonly Gen<Content> Texts = Words.Select(Content.FromText);

    private static readonly Gen<ChatRole> Roles = Gen.OneOf(ChatRole.User, ChatRole.Assistant, ChatRole.System, ChatRole.Tool);

    private static readonly Gen<Content> Chats = Gen.Select(Roles, Words, (role, text) => new ChatMessage(role, text))
        .List[1, 4]
        .Select(Content.FromMessages);

    private static readonly Gen<double> Labels = Gen.OneOf(Gen.Bool.Select(hard => hard ? 1.0 : 0.0), Gen.Double[0, 1]);

    [Theory]
    [InlineData("rows.jsonl")]
    [InlineData("rows.jsonl.gz")]
    [InlineData("rows.csv")]
    [InlineData("rows.csv.gz")]
    public void Text_that_is_written_reads_back_equal(string name) =>
        RoundTrip(name, Texts, withRankings: !name.Contains("csv", StringComparison.Ordinal));

    [Theory]
    [InlineData("rows.jsonl")]
    [InlineData("rows.jsonl.gz")]
    public void Chat_that_is_written_reads_back_equal(string name) => RoundTrip(name, Chats, withRankings: true);

    [Theory]
    [InlineData("rows.parquet", "'.parquet' is no format")]
    [InlineData("none/rows.jsonl", "does not exist")]
    public void A_path_that_cannot_be_written_is_refused(string name, string problem)
    {
        using var folder = new TemporaryFolder();

        AssertRefused(folder, name, [new PromptExample("", Text("P"))], problem);
    }

    [Fact]
    public void Examples_that_do_not_fit_into_one_file_are_refused_and_nothing_is_left_behind()
    {
        using var folder = new TemporaryFolder();
        var prompt = new PromptExample("", Text("P"));
        var image = new ChatMessage(ChatRole.User, [new TextContent("see"), new UriContent("https://example.org/x.png", "image/png")]);

        AssertRefused(folder, "rows.jsonl", [], "no examples");
        AssertRefused(
            folder,
            "rows.jsonl",
            [prompt, new LanguageModelingExample("", Text("T"))],
            "example 2 is a LanguageModelingExample after a PromptExample"
        );
        AssertRefused(folder, "rows.jsonl", [prompt, new PromptExample("", User("P"))], "example 2 mixes text and chat");
        AssertRefused(folder, "rows.jsonl", [prompt, new PromptExample("", Text("a\uD800"))], "half a surrogate pair");
        AssertRefused(folder, "rows.jsonl", [new PromptExample("", Chat(("king", "P")))], "the role 'king'");
        AssertRefused(folder, "rows.jsonl", [new PromptExample("", Content.FromMessages([image]))], "more than text");
        AssertRefused(folder, "rows.jsonl", [new StepwiseExample("", User("P"), ["a\uD800"], [1])], "half a surrogate pair");
        AssertRefused(folder, "rows.csv", [new PromptExample("", User("P"))], "holds chat messages, which csv cannot hold");
        AssertRefused(folder, "rows.csv", [Ranked(Text("P"), [Text("a"), Text("b")], [1, 2])], "is a ranking, which csv cannot hold");
    }

    [Fact]
    public void A_failed_write_leaves_the_file_that_was_there()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("rows.jsonl", "before");

        Assert.Throws<InvalidOperationException>(() => DatasetWriter.Write(path, Failing()));

        Assert.Equal("before", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));

        static IEnumerable<Example> Failing()
        {
            yield return new PromptExample("", Text("P"));
            throw new InvalidOperationException("the source failed");
        }
    }

    [Fact]
    public void Rows_are_written_as_trl_expects_them_with_readable_text()
    {
        using var folder = new TemporaryFolder();
        var jsonl = folder.File("rows.jsonl");
        var csv = folder.File("rows.csv");

        var count = DatasetWriter.Write(jsonl, [Preference(User("¿Qué?"), Assistant("<b>"), Assistant("naïve"))]);
        DatasetWriter.Write(csv, [WithId(new UnpairedPreferenceExample("", Text("P, Q"), Text("say \"x\""), true))]);

        Assert.Equal(1, count);
        Assert.Equal(
            """{"prompt":[{"role":"user","content":"¿Qué?"}],"chosen":[{"role":"assistant","content":"<b>"}],"rejected":[{"role":"assistant","content":"naïve"}]}"""
                + "\n",
            File.ReadAllText(jsonl)
        );
        DatasetWriter.Write(jsonl, [Stepwise(Text("P"), ["1 < 2", "so"], [1, 0])]);
        Assert.Equal("""{"prompt":"P","completions":["1 < 2","so"],"labels":[true,false]}""" + "\n", File.ReadAllText(jsonl));
        DatasetWriter.Write(jsonl, [Stepwise(Text("P"), ["1 < 2", "so"], [1, 0.5])]);
        Assert.Equal("""{"prompt":"P","completions":["1 < 2","so"],"labels":[1,0.5]}""" + "\n", File.ReadAllText(jsonl));
        Assert.Equal("prompt,completion,label\r\n\"P, Q\",\"say \"\"x\"\"\",true\r\n", File.ReadAllText(csv));
    }

    [Fact]
    public void A_large_data_set_is_written_in_parts()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("rows.jsonl.gz");
        var examples = Enumerable
            .Range(0, 3000)
            .Select(i => WithId(new PromptExample("", Text($"{i} {new string('x', 100)} 🙂🙂"))))
            .ToList();

        DatasetWriter.Write(path, examples);

        AssertEqual(examples, Read(new DatasetOptions(path)).Examples);
    }

    private static void RoundTrip(string name, Gen<Content> contents, bool withRankings)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File(name);
        Gen<Example>[] kinds =
        [
            contents.Select(Example (content) => new LanguageModelingExample("", content)),
            contents.Select(Example (prompt) => new PromptExample("", prompt)),
            Gen.Select(contents, contents, Example (prompt, completion) => new PromptCompletionExample("", prompt, completion)),
            Gen.Select(contents, contents, contents)
                .Where((_, chosen, rejected) => !chosen.Equals(rejected))
                .Select(Example (prompt, chosen, rejected) => new PreferenceExample("", prompt, chosen, rejected)),
            Gen.Select(
                contents,
                contents,
                Gen.Bool,
                Example (prompt, completion, label) => new UnpairedPreferenceExample("", prompt, completion, label)
            ),
            Gen.Select(contents, Gen.Select(Words, Labels).List[1, 4])
                .Select(
                    Example (prompt, judged) =>
                        new StepwiseExample("", prompt, [.. judged.Select(step => step.Item1)], [.. judged.Select(step => step.Item2)])
                ),
            .. withRankings ? [Rankings(contents)] : Array.Empty<Gen<Example>>(),
        ];

        Gen.OneOf(kinds.Select(kind => kind.List[1, 5]).ToArray())
            .Sample(
                examples =>
                {
                    examples = examples.ConvertAll(WithId);

                    DatasetWriter.Write(path, examples);
                    var (_, read) = Read(new DatasetOptions(path));

                    AssertEqual(examples, read);
                },
                iter: 150,
                threads: 1
            );
    }

    private static Gen<Example> Rankings(Gen<Content> contents) =>
        Gen.Select(contents, contents.List[2, 5], Gen.Int[0, 2].List[5])
            .Where((_, answers, _) => answers.Distinct().Count() == answers.Count)
            .Select(
                Example (prompt, answers, steps) =>
                {
                    var rank = 1;
                    return new RankedExample("", prompt, answers, answers.Select((_, i) => i == 0 ? 1 : rank += steps[i]).ToList());
                }
            );

    private static void AssertRefused(TemporaryFolder folder, string name, Example[] examples, string problem)
    {
        var failure = Assert.Throws<InvalidInputException>(() => DatasetWriter.Write(folder.File(name), examples));

        Assert.Contains(problem, failure.Problem, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return true;
            }
        }

        return false;
    }
}
