using System.Text.Json;
using Plumbline.Tokenization.PreTokenizers;

namespace Plumbline.Tokenization.Normalizers;

/// <summary>Reads the <c>normalizer</c> of a <c>tokenizer.json</c>.</summary>
internal static class NormalizerReader
{
    private const int MaximumSteps = 64;

    /// <summary>Understands a normaliser; null where it does nothing.</summary>
    public static Normalizer? Read(JsonInput input)
    {
        var steps = new List<Normalizer>();
        ReadInto(input, steps);
        return steps.Count switch
        {
            0 => null,
            1 => steps[0],
            _ => new SequenceNormalizer(steps),
        };
    }

    private static void ReadInto(JsonInput input, List<Normalizer> steps)
    {
        if (steps.Count >= MaximumSteps)
        {
            throw input.Invalid($"{input.Path} has more than {MaximumSteps} steps.");
        }

        var type = input.GetText("type");
        switch (type)
        {
            case "Sequence":
                foreach (var step in input.Get("normalizers", JsonValueKind.Array).Items())
                {
                    ReadInto(step.Expect(JsonValueKind.Object), steps);
                }

                break;
            case "BertNormalizer":
                AddBert(input, steps);
                break;
            case "Precompiled":
                // Some converters write an empty map for "none".
                if (input.FindText("precompiled_charsmap") is { Length: > 0 } encoded)
                {
                    steps.Add(new PrecompiledNormalizer(new CharacterMap(Decode(input, encoded), input.File)));
                }

                break;
            default:
                steps.Add(
                    ReadOne(input, type)
                        ?? throw input.Invalid(
                            $"{input.Path} is of type {type}, which is not supported.",
                            "Supported are Sequence, NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents, Replace, Prepend, Nmt, ByteLevel, BertNormalizer and Precompiled."
                        )
                );
                break;
        }
    }

    private static Normalizer? ReadOne(JsonInput input, string type) =>
        type switch
        {
            "NFC" => new UnicodeFormNormalizer(compose: true, compatibility: false),
            "NFD" => new UnicodeFormNormalizer(compose: false, compatibility: false),
            "NFKC" => new UnicodeFormNormalizer(compose: true, compatibility: true),
            "NFKD" => new UnicodeFormNormalizer(compose: false, compatibility: true),
            "Lowercase" => new LowercaseNormalizer(),
            "Strip" => new StripNormalizer(input.GetFlag("strip_left", true), input.GetFlag("strip_right", true)),
            "StripAccents" => new StripAccentsNormalizer(onlyNonSpacing: false),
            "Replace" => new ReplaceNormalizer(TextPattern.Read(input), input.GetText("content")),
            "Prepend" => new PrependNormalizer(input.GetText("prepend")),
            "Nmt" => new NmtNormalizer(),
            "ByteLevel" => new ByteLevelNormalizer(),
            _ => null,
        };

    private static void AddBert(JsonInput input, List<Normalizer> steps)
    {
        if (input.GetFlag("clean_text", true))
        {
            steps.Add(new CleanTextNormalizer());
        }

        if (input.GetFlag("handle_chinese_chars", true))
        {
            steps.Add(new ChineseCharactersNormalizer());
        }

        var lowercase = input.GetFlag("lowercase", true);
        if (input.GetFlag("strip_accents", lowercase))
        {
            steps.Add(new UnicodeFormNormalizer(compose: false, compatibility: false));
            steps.Add(new StripAccentsNormalizer(onlyNonSpacing: true));
        }

        if (lowercase)
        {
            steps.Add(new LowercaseNormalizer());
        }
    }

    private static byte[] Decode(JsonInput input, string encoded)
    {
        var bytes = new byte[((encoded.Length / 4) + 1) * 3];
        return Convert.TryFromBase64String(encoded, bytes, out var count)
            ? bytes[..count]
            : throw input.Invalid($"{input.Path}.precompiled_charsmap is not base64.");
    }
}
