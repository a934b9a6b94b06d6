namespace Plumbline.Models.Adapters;

/// <summary>What an <c>adapter_config.json</c> says.</summary>
/// <param name="Options">Rank, scaling and targets.</param>
/// <param name="BaseModel">PEFT's <c>base_model_name_or_path</c>: the base as its maker called it; null where it is not said.</param>
/// <param name="TaskType">PEFT's <c>task_type</c>: <c>CAUSAL_LM</c>, <c>SEQ_CLS</c>, <c>TOKEN_CLS</c>; null where it is not said.</param>
public sealed record AdapterConfig(LoraOptions Options, string? BaseModel = null, string? TaskType = null);
