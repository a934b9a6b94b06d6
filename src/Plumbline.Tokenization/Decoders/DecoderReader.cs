using System.Text.Json;
using Plumbline.Tokenization.PreTokenizers;

namespace Plumbline.Tokenization.Decoders;

/// <summary>Reads the <c>decoder</c> of a <c>tokenizer.json</c>.</summary>
internal static class DecoderReader
{
    private const int MaximumSteps = 64;
    private const int MaximumStripped = 1024;

    /// <summary>Understands a decoder; where the file names none, bytes are joined and other tokens get spaces between them.</summary>
    /// <param name="input">The property; null where there is none.</param>
    /// <param name="isByteLevel">Whether the model's tokens are bytes.</param>
    public static IReadOnlyList<StageFactory> Read(JsonInput? input, bool isByteLevel)
    {
        if (input is not { } present)
        {
            return [isByteLevel ? next => new ByteLevelStage(next) : next => new SpacedStage(next)];
        }

        var steps = new List<StageFactory>();
        ReadInto(present, steps);
        return steps;
    }

    private static void ReadInto(JsonInput input, List<StageFactory> steps)
    {
        if (steps.Count >= MaximumSteps)
        {
            throw input.Invalid($"{input.Path} has more than {MaximumSteps} steps.");
        }

        var type = input.GetText("type");
        if (type == "Sequence")
        {
            foreach (var step in input.Get("decoders", JsonValueKind.Array).Items())
            {
                ReadInto(step.Expect(JsonValueKind.Object), steps);
            }

            return;
        }

        steps.Add(
            ReadOne(input, type)
                ?? throw input.Invalid(
                    $"{input.Path} is of type {type}, which is not supported.",
                    "Supported are Sequence, ByteLevel, ByteFallback, Fuse, Replace, Strip, Metaspace, WordPiece and BPEDecoder."
                )
        );
    }

    private static StageFactory? ReadOne(JsonInput input, string type)
    {
        switch (type)
        {
            case "ByteLevel":
                return next => new ByteLevelStage(next);
            case "ByteFallback":
                return next => new ByteFallbackStage(next);
            case "Fuse":
                return next => new FuseStage(next);
            case "Replace":
                return ReadReplace(input);
            case "Strip":
                var content = ReadCharacter(input, "content");
                var (start, stop) = (ReadStrip(input, "start"), ReadStrip(input, "stop"));
                return next => new StripStage(content, start, stop, next);
            case "Metaspace":
                var replacement = MetaspacePreTokenizer.ReadReplacement(input);
                var scheme = MetaspacePreTokenizer.ReadScheme(input);
                return next => new MetaspaceStage(replacement, scheme, next);
            case "WordPiece":
                var prefix = input.FindText("prefix") ?? "##";
                var cleanUp = input.GetFlag("cleanup", true);
                return next => new WordPieceStage(prefix, cleanUp, next);
            case "BPEDecoder":
                var suffix = input.FindText("suffix") is { Length: > 0 } named ? named : "</w>";
                return next => new WordEndStage(suffix, next);
            default:
                return null;
        }
    }

    private static StageFactory ReadReplace(JsonInput input)
    {
        var content = input.GetText("content");
        if (input.Get("pattern", JsonValueKind.Object).FindText("String") is [var character])
        {
            return next => new ReplaceCharacterStage(character, content, next);
        }

        var pattern = TextPattern.Read(input);
        return next => new ReplaceStage(pattern, content, next);
    }

    private static int ReadStrip(JsonInput input, string name)
    {
        var count = input.GetCount(name);
        return count <= MaximumStripped
            ? count
            : throw input.Invalid($"{input.Path}.{name} is {count}; at most {MaximumStripped} characters are stripped.");
    }

    private static char ReadCharacter(JsonInput input, string name) =>
        input.GetText(name) is [var character]
            ? character
            : throw input.Invalid($"{input.Path}.{name} is '{input.GetText(name)}', not one character.");
}
