using Plumbline.Configuration;
using Plumbline.Moderation.TextModels.Training;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.TextModels;

public sealed class TextSourceTests : IDisposable
{
    private static readonly string[] Labels = ["unsafe", "S1", "S10"];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Rules_say_what_holds_what_does_not_and_what_is_not_known()
    {
        folder.Write("t.csv", "id,text,class,lang,who\n1,one,0,German,women\n2,two,1,German,\n3,three,2,Zulu,\n4,,0,German,\n");

        var texts = Read(
            new TextSource
            {
                Name = "t",
                Path = "t.csv",
                LanguageColumn = "lang",
                Languages = new Dictionary<string, string> { ["German"] = "de" },
                Group = "who",
                Weight = 0.5,
                Labels = new Dictionary<string, LabelRule>
                {
                    ["S10"] = new()
                    {
                        Column = "class",
                        Yes = ["0"],
                        No = ["2"],
                    },
                    ["S1"] = new() { Always = false },
                },
            }
        );

        Assert.Equal(["one", "two", "three"], texts.Select(text => text.Text));
        Assert.Equal([true, null, false], texts.Select(text => text.Labels.TryGetValue("S10", out var holds) ? holds : (bool?)null));
        Assert.All(texts, text => Assert.False(text.Labels["S1"]));
        Assert.All(texts, text => Assert.False(text.Labels.ContainsKey("unsafe")));
        Assert.Equal(["de", "de", "Zulu"], texts.Select(text => text.Language));
        Assert.Equal(["women", null, null], texts.Select(text => text.Group));
        Assert.All(texts, text => Assert.Equal(0.5f, text.Weight));
    }

    [Fact]
    public void Lists_in_a_column_are_searched_and_rows_are_chosen()
    {
        folder.Write(
            "t.jsonl",
            "{\"q\": {\"t\": \"a\"}, \"tags\": [\"Theft\", \"Fraud\"]}\n{\"q\": {\"t\": \"b\"}, \"tags\": [\"Other\"]}\n"
        );
        var source = new TextSource
        {
            Name = "t",
            Path = "t.jsonl",
            Text = "q.t",
            Labels = new Dictionary<string, LabelRule>
            {
                ["S1"] = new() { Column = "tags", Contains = ["Theft"] },
            },
            OthersAreAbsent = true,
        };

        var texts = Read(source);
        var chosen = Read(source with { Where = new Dictionary<string, IReadOnlyList<string>> { ["tags"] = ["[\"Other\"]"] } });

        Assert.Equal([true, false], texts.Select(text => text.Labels["S1"]));
        Assert.All(texts, text => Assert.False(text.Labels["unsafe"]));
        Assert.Equal(["b"], chosen.Select(text => text.Text));
    }

    [Fact]
    public void Parts_of_a_source_share_nothing_and_miss_nothing()
    {
        folder.Write("t.csv", "text,pair\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"text {i},{i / 2}\n")));
        List<string> Part(int part) =>
            [
                .. Read(
                        new TextSource
                        {
                            Name = "t",
                            Path = "t.csv",
                            Part = new SourcePart
                            {
                                Of = 3,
                                Take = [part],
                                By = "pair",
                            },
                        }
                    )
                    .Select(text => text.Text),
            ];

        var parts = Enumerable.Range(0, 3).Select(Part).ToList();

        Assert.Equal(60, parts.SelectMany(part => part).Distinct().Count());
        Assert.Equal(60, parts.Sum(part => part.Count));
        Assert.All(parts, part => Assert.All(part.Select(text => int.Parse(text[5..])), i => Assert.Contains($"text {i ^ 1}", part)));
    }

    [Fact]
    public void Trees_lines_conversations_and_columns_by_language_are_read()
    {
        folder.Write("t.json", "{\"Crime\": {\"Theft\": [\"a\", \"b\"]}, \"Other\": [\"c\"]}");
        folder.Write("t.txt", "one\n\ntwo\n");
        folder.Write(
            "t.jsonl",
            "{\"chosen\": \"\\n\\nHuman: hi\\n\\nAssistant: yes\", \"rejected\": \"\\n\\nHuman: hi\\n\\nAssistant: no\"}\n"
        );
        folder.Write("l.csv", "en,de\nyes,ja\nno,\n");

        var tree = Read(
            new TextSource
            {
                Name = "t",
                Path = "t.json",
                Format = TextSourceFormat.Tree,
                Labels = new Dictionary<string, LabelRule>
                {
                    ["S1"] = new()
                    {
                        Column = "level1",
                        Yes = ["Crime"],
                        No = ["Other"],
                    },
                },
            }
        );
        var lines = Read(
            new TextSource
            {
                Name = "t",
                Path = "t.txt",
                Format = TextSourceFormat.Lines,
            }
        );
        var conversations = Read(
            new TextSource
            {
                Name = "t",
                Path = "t.jsonl",
                Format = TextSourceFormat.Conversations,
            }
        );
        var languages = Read(
            new TextSource
            {
                Name = "l",
                Path = "l.csv",
                Texts = new Dictionary<string, string> { ["en"] = "en", ["de"] = "de" },
            }
        );

        Assert.Equal([("a", true), ("b", true), ("c", false)], tree.Select(text => (text.Text, text.Labels["S1"])));
        Assert.Equal(["one", "two"], lines.Select(text => text.Text));
        Assert.Equal(["hi"], conversations.Select(text => text.Text));
        Assert.Equal([("en", "yes"), ("de", "ja"), ("en", "no")], languages.Select(text => (text.Language, text.Text)));
    }

    [Fact]
    public void Phrases_have_the_label_of_their_heading_and_groups_filled_in()
    {
        folder.Write(
            "phrases/de.txt",
            "# training data\n[S1]\nbad one\nbad two\n[S10]\nI despise {group}.\n[safe]\n[a] fine [b]\n[groups]\nx\ny\n"
        );
        folder.Write("phrases/en.more.txt", "[safe]\nfine\n");

        var texts = Read(
            new TextSource
            {
                Name = "p",
                Path = "phrases",
                Format = TextSourceFormat.Phrases,
                Weight = 2,
            }
        );
        var second = Read(
            new TextSource
            {
                Name = "p",
                Path = "phrases",
                Format = TextSourceFormat.Phrases,
                Part = new SourcePart { Of = 2, Take = [1] },
            }
        );

        Assert.Equal(["bad one", "bad two"], texts.Where(text => text.Labels["S1"]).Select(text => text.Text));
        Assert.All(texts.Where(text => text.Labels["S10"]), text => Assert.Equal($"I despise {text.Group}.", text.Text));
        Assert.Equal(["[a] fine [b]", "fine"], texts.Where(text => !text.Labels["unsafe"]).Select(text => text.Text));
        Assert.Equal("en", texts[^1].Language);
        Assert.All(texts, text => Assert.Equal(("p", 2f), (text.Source, text.Weight)));
        Assert.Equal(["bad two"], second.Select(text => text.Text));
    }

    [Theory]
    [InlineData("bad\n[safe]\n", "before the first heading")]
    [InlineData("[S99]\nbad\n", "[S99] is no label")]
    [InlineData("[S10]\nI despise {group}.\n", "no [groups]")]
    public void Phrase_files_with_faults_are_refused_with_the_line(string content, string problem)
    {
        folder.Write("phrases/de.txt", content);

        var failure = Assert.Throws<InvalidInputException>(() =>
            Read(
                new TextSource
                {
                    Name = "p",
                    Path = "phrases",
                    Format = TextSourceFormat.Phrases,
                }
            )
        );

        Assert.Contains(problem, failure.Message);
        Assert.NotNull(failure.Position?.Line);
    }

    [Fact]
    public void What_is_missing_is_said()
    {
        folder.Write("t.csv", "text\none\n");
        folder.Write("t.json", "{");

        Assert.Contains(
            "none of the folders",
            Assert.Throws<InvalidInputException>(() => Read(new TextSource { Name = "x", Path = "x.csv" })).Message
        );
        Assert.Contains(
            "gives no text",
            Assert
                .Throws<InvalidInputException>(() =>
                    Read(
                        new TextSource
                        {
                            Name = "t",
                            Path = "t.csv",
                            Text = "body",
                        }
                    )
                )
                .Message
        );
        Assert.Contains(
            "not JSON",
            Assert
                .Throws<InvalidInputException>(() =>
                    Read(
                        new TextSource
                        {
                            Name = "t",
                            Path = "t.json",
                            Format = TextSourceFormat.Tree,
                        }
                    )
                )
                .Message
        );
        Assert.Contains(
            "no such folder",
            Assert
                .Throws<InvalidInputException>(() =>
                    Read(
                        new TextSource
                        {
                            Name = "t",
                            Path = "t.csv",
                            Format = TextSourceFormat.Phrases,
                        }
                    )
                )
                .Message
        );
    }

    [Theory]
    [InlineData("labels: { S1: S99 }\nsources: []", "the code of a hazard")]
    [InlineData("labels: { S1: S1 }\nsources: [{ name: a, path: a, labels: { S2: { always: true } } }]", "about the labels S1")]
    [InlineData("labels: { S1: S1 }\nsources: [{ name: a, path: a, labels: { S1: { column: c } } }]", "a list of values")]
    [InlineData("labels: { S1: S1 }\nsources: [{ name: a, path: a, labels: { S1: { yes: [a] } } }]", "given, or always")]
    [InlineData("labels: { S1: S1 }\nsources: [{ name: a, path: a, part: { of: 2, take: [2] } }]", "parts from 0 to 1")]
    [InlineData("labels: { S1: S1 }\nsources: [{ name: a, path: a, part: { of: 0 } }]", "between 1 and 100")]
    [InlineData("labels: { S1: S1 }\nsources: [{ name: a, path: a, weight: 0 }]", "above 0")]
    [InlineData("labels: { S1: S1 }\nsources: [{ name: a, path: a, format: phrases, labels: { S1: { always: true } } }]", "left out")]
    [InlineData(
        "labels: { S1: S1 }\nsources: []\nmodel: { table_bits: 40, min_documents: 0, epochs: 0, learning_rate: 0, l2: -1, calibration_share: 0.9 }",
        "between 10 and 22"
    )]
    public void Recipes_with_faults_are_refused(string yaml, string problem)
    {
        var path = folder.Write("r.yaml", "name: r\n" + yaml + "\n");

        Assert.Contains(problem, Assert.Throws<InvalidInputException>(() => OptionsFile.Read<TextModelRecipe>(path)).Message);
    }

    [Fact]
    public void A_recipe_names_labels_and_their_hazards()
    {
        var path = folder.Write("r.yaml", "name: r\nlabels: { unsafe: none, S1: S1 }\nsources: []\n");

        Assert.Equal([("unsafe", null), ("S1", "S1")], OptionsFile.Read<TextModelRecipe>(path).LabelsWithHazards);
    }

    private List<LabelledText> Read(TextSource source) =>
        [.. new TextSourceReader([folder.File("none"), folder.Path], Labels, new Seed(2)).Read(source)];
}
