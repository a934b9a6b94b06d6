namespace Plumbline.Moderation.Onnx;

/// <summary>Finds the output of a classifier and checks its shape.</summary>
internal static class ClassifierOutput
{
    /// <summary>The name of the output <c>[batch, labels]</c>: <c>logits</c>, or the only one there is.</summary>
    /// <exception cref="InvalidInputException">There is none, or its labels are of another number.</exception>
    public static string Find(OnnxSession session, int labels)
    {
        var name =
            session.Outputs.ContainsKey("logits") ? "logits"
            : session.Outputs.Count == 1 ? session.Outputs.Keys.Single()
            : throw session.Invalid(
                $"The model has no output 'logits'; it has {string.Join(", ", session.Outputs.Keys)}.",
                "Export a classifier, with its head."
            );
        var sizes = session.Outputs[name].Dimensions;
        if (sizes.Length != 2)
        {
            throw session.Invalid(
                $"The output '{name}' has {sizes.Length} dimensions, not [batch, labels].",
                "Export a classifier, with its head."
            );
        }

        return sizes[1] < 0 || sizes[1] == labels ? name : throw Mismatch(session, sizes[1], labels);
    }

    /// <summary>Checks what a run gave.</summary>
    /// <exception cref="InvalidInputException">It is not <c>[batch, labels]</c>.</exception>
    public static void CheckShape(OnnxSession session, ReadOnlySpan<long> shape, int batch, int labels)
    {
        if (shape.Length != 2 || shape[0] != batch || shape[1] != labels)
        {
            throw shape.Length == 2 && shape[0] == batch
                ? Mismatch(session, shape[1], labels)
                : session.Invalid($"The model gives [{string.Join(", ", shape.ToArray())}] for {batch} inputs.", "Export the model again.");
        }
    }

    private static InvalidInputException Mismatch(OnnxSession session, long outputs, int labels) =>
        session.Invalid(
            $"The model gives {outputs} numbers, but {labels} labels are named.",
            "Name one label for each output, in their order."
        );
}

/// <summary>Finds a model's file.</summary>
internal static class ModelFiles
{
    /// <summary>The named file, or a folder's <c>model.onnx</c>, there or in its folder <c>onnx</c>.</summary>
    public static string Find(string folder, string? model)
    {
        var inside = Path.Combine(folder, "onnx", "model.onnx");
        return model
            ?? (File.Exists(inside) && !File.Exists(Path.Combine(folder, "model.onnx")) ? inside : Path.Combine(folder, "model.onnx"));
    }
}
