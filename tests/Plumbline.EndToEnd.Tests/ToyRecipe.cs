using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

/// <summary>A recipe of a text model that learns one phrase from a few hundred short texts.</summary>
internal static class ToyRecipe
{
    /// <summary>Writes it with its texts.</summary>
    /// <returns>Its path.</returns>
    public static string Write(TemporaryFolder folder)
    {
        string[] words = ["lorem", "ipsum", "dolor", "amet", "elit", "sed", "tempor", "magna"];
        string Text(int i, string harm) => $"{words[i % 8]} {words[i / 8 % 8]} {harm} {words[i * 3 % 8]} {words[i * 5 / 2 % 8]} {i}";
        IEnumerable<string> Rows(int from) =>
            Enumerable.Range(from, 200).Select(i => i % 2 == 0 ? $"{Text(i, "stab every guard tonight")},yes" : $"{Text(i, "rests")},no");
        folder.Write("train.csv", "text,harm\n" + string.Join('\n', Rows(0)) + "\n");
        folder.Write("test.csv", "text,harm\n" + string.Join('\n', Rows(500)) + "\n");
        const string source = "text: text, language: en, labels: { S1: { column: harm, yes: ['yes'], no: ['no'] } }";
        return folder.Write(
            "toy.yaml",
            $$"""
            name: toy
            folders: ['{{folder.Path}}']
            labels: { S1: S1 }
            model: { table_bits: 12 }
            sources: [{ name: toy, path: train.csv, {{source}} }]
            tests: [{ name: toy-test, path: test.csv, {{source}} }]
            """
        );
    }
}
