using static TorchSharp.torch;

namespace Plumbline.Models.Language;

/// <summary>
/// One trained tensor of a decoder. Projections that read the same input are kept as one matrix (one multiply instead of three); <see cref="Parts"/>
/// names the rows as Hugging Face files do.
/// </summary>
/// <param name="Name">Our name: Hugging Face's, or that of the joined matrix (<c>…qkv_proj.weight</c>, <c>…gate_up_proj.weight</c>).</param>
/// <param name="Value">fp32, requires grad; owned by the decoder.</param>
/// <param name="Parts">The Hugging Face tensors it holds, as ranges of rows, in order.</param>
public sealed record DecoderParameter(string Name, Tensor Value, IReadOnlyList<ParameterPart> Parts)
{
    /// <summary>Whether weight decay applies: to matrices, not to norms and biases.</summary>
    public bool Decays => Value.dim() > 1;
}

/// <summary>Rows of a parameter under the name that Hugging Face files use.</summary>
/// <param name="Name">The tensor's name in the file.</param>
/// <param name="Start">First row.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Layout">How the file lays the rows out.</param>
public sealed record ParameterPart(string Name, long Start, long Rows, PartLayout Layout = PartLayout.Rows);

/// <summary>How a file lays out what a decoder keeps as rows [outputs, inputs].</summary>
public enum PartLayout
{
    /// <summary>As the decoder does.</summary>
    Rows,

    /// <summary>[inputs, outputs]: GPT-2's <c>Conv1D</c>.</summary>
    Transposed,

    /// <summary>Query, key and value of one head, then those of the next (GPT-NeoX); the decoder keeps all queries, then all keys, then all values.</summary>
    HeadByHead,
}
