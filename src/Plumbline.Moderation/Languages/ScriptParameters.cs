namespace Plumbline.Moderation.Languages;

/// <summary>What the model of one script consists of.</summary>
internal sealed record ScriptParameters
{
    /// <summary>The script.</summary>
    public required Script Script { get; init; }

    /// <summary>The BCP 47 tags of the languages.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>Whether a last class stands for all else that is written in the script.</summary>
    public bool HasUnknown { get; init; }

    /// <summary>The base-2 logarithm of the number of buckets; 0 for a script that is one language's alone.</summary>
    public int Bits { get; init; }

    /// <summary>What a weight of 1 is worth.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>The logarithm of the factor that scores are sharpened by.</summary>
    public float Sharpness { get; init; }

    /// <summary>How that logarithm grows with the logarithm of the number of features.</summary>
    public float SharpnessByLength { get; init; }

    /// <summary>The probability below which no language is named.</summary>
    public float Bound { get; init; } = 0.5f;

    /// <summary>One a class.</summary>
    public float[] Biases { get; init; } = [];

    /// <summary>Weights in [-127, 127], <c>[class, bucket]</c>.</summary>
    public sbyte[] Weights { get; init; } = [];

    /// <summary>How many buckets there are.</summary>
    public int Buckets => Bits == 0 ? 0 : 1 << Bits;

    /// <summary>How many classes there are.</summary>
    public int Classes => Languages.Count + (HasUnknown ? 1 : 0);
}
