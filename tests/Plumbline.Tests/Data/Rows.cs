using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Testing;

namespace Plumbline.Tests.Data;

/// <summary>Short ways to write data sets and to say what they should read as.</summary>
internal static class Rows
{
    public static Content Text(string text) => Content.FromText(text);

    public static Content Chat(params (string Role, string Text)[] messages) =>
        Content.FromMessages(messages.Select(message => new ChatMessage(new ChatRole(message.Role), message.Text)));

    public static Content User(string text) => Chat(("user", text));

    public static Content Assistant(string text) => Chat(("assistant", text));

    public static T WithId<T>(T example)
        where T : Example => example with { Id = ExampleId.Of(example) };

    public static PreferenceExample Preference(Content prompt, Content chosen, Content rejected) =>
        WithId(new PreferenceExample(string.Empty, prompt, chosen, rejected));

    public static PromptCompletionExample Answered(Content prompt, Content completion) =>
        WithId(new PromptCompletionExample(string.Empty, prompt, completion));

    public static RankedExample Ranked(Content prompt, Content[] answers, int[] ranks) =>
        WithId(new RankedExample(string.Empty, prompt, answers, ranks));

    public static StepwiseExample Stepwise(Content prompt, string[] steps, double[] labels) =>
        WithId(new StepwiseExample(string.Empty, prompt, steps, labels));

    /// <summary>Opens and reads the whole file.</summary>
    public static (DatasetReader Reader, List<Example> Examples) Read(DatasetOptions options)
    {
        var reader = DatasetReader.Open(options);
        return (reader, reader.Read().ToList());
    }

    /// <summary>Reads a jsonl file with these lines.</summary>
    public static (DatasetReader Reader, List<Example> Examples) ReadLines(params string[] lines)
    {
        using var folder = new TemporaryFolder();
        return Read(new DatasetOptions(folder.Write("rows.jsonl", string.Join('\n', lines))));
    }

    /// <summary>Compares examples by everything they hold; lists inside records compare by reference otherwise.</summary>
    public static void AssertEqual(IReadOnlyList<Example> expected, IReadOnlyList<Example> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            AssertEqual(expected[i], actual[i]);
        }
    }

    public static void AssertEqual(Example expected, Example actual)
    {
        if (expected is RankedExample ranked && actual is RankedExample other)
        {
            Assert.Equal(ranked.Prompt, other.Prompt);
            Assert.Equal(ranked.Answers, other.Answers);
            Assert.Equal(ranked.Ranks, other.Ranks);
            Assert.Equal(ranked.Id, other.Id);
        }
        else if (expected is StepwiseExample stepwise && actual is StepwiseExample judged)
        {
            Assert.Equal(stepwise.Prompt, judged.Prompt);
            Assert.Equal(stepwise.Steps, judged.Steps);
            Assert.Equal(stepwise.Labels, judged.Labels);
            Assert.Equal(stepwise.Id, judged.Id);
        }
        else
        {
            Assert.Equal(expected, actual);
        }
    }

    public static byte[] Gzip(byte[] plain)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return memory.ToArray();
    }

    public static byte[] Gzip(string plain) => Gzip(Encoding.UTF8.GetBytes(plain));

    public static string WriteBytes(this TemporaryFolder folder, string name, byte[] bytes)
    {
        var path = folder.File(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
