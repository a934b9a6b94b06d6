namespace Plumbline.Torch.Safetensors;

/// <summary>How a tensor of a model and a tensor of a file fail to fit.</summary>
internal enum MismatchKind
{
    /// <summary>The model needs it, the file lacks it.</summary>
    Missing,

    /// <summary>The file holds it, the model has no place for it.</summary>
    Unexpected,

    /// <summary>Both have it, in different shapes.</summary>
    Shape,

    /// <summary>Both have it, in dtypes that are not converted.</summary>
    Dtype,
}

/// <summary>One misfit between a model and its weights.</summary>
/// <param name="Kind">What does not fit.</param>
/// <param name="Name">The tensor's name.</param>
/// <param name="Expected">What the model has, such as <c>BFloat16 [2, 3]</c>; null where it has no such tensor.</param>
/// <param name="Found">What the file has, such as <c>F32 [3, 2]</c>; null where it has no such tensor.</param>
internal sealed record TensorMismatch(MismatchKind Kind, string Name, string? Expected, string? Found)
{
    /// <summary>One line for a message.</summary>
    public override string ToString() =>
        Kind switch
        {
            MismatchKind.Missing => $"missing '{Name}': the model needs {Expected}",
            MismatchKind.Unexpected => $"unexpected '{Name}': the file has {Found}",
            MismatchKind.Shape => $"wrong shape '{Name}': the model needs {Expected}, the file has {Found}",
            _ => $"wrong dtype '{Name}': the model needs {Expected}, the file has {Found}",
        };
}
