using System.Runtime.InteropServices;
using System.Text.Json;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Torch.Machine;
using TorchSharp;

namespace Plumbline.Torch.Tests.Machine;

public sealed class MachineFactsTests
{
    [Fact]
    public void The_facts_of_this_machine_agree_with_what_the_system_itself_says()
    {
        var facts = MachineFacts.Read();

        Assert.Equal(RuntimeInformation.OSDescription, facts.OperatingSystem);
        Assert.Equal(Environment.ProcessorCount, facts.LogicalCores);
        Assert.Equal(torch.get_num_threads(), facts.TorchThreads);
        Assert.StartsWith("2.", facts.LibtorchVersion);
        Assert.True(File.Exists(facts.LibtorchPath), facts.LibtorchPath);
        Assert.Null(facts.LibtorchFailure);
        Assert.InRange(facts.PeakMemory!.Value, 10L << 20, facts.TotalMemory!.Value);
        Assert.InRange(facts.AvailableMemory!.Value, 1, facts.TotalMemory!.Value);
        Assert.Equal(torch.cuda.is_available() ? torch.cuda.device_count() : 0, facts.CudaDevices);
        Assert.Equal(System.Runtime.Intrinsics.X86.Avx2.IsSupported, facts.ProcessorFeatures.Contains("AVX2"));
        Assert.Equal(System.Runtime.Intrinsics.X86.Avx512F.IsSupported, facts.ProcessorFeatures.Contains("AVX-512"));
    }

    [Fact]
    public void The_peak_is_never_below_what_is_resident_now()
    {
        using var tensor = torch.ones(4 << 20);
        using var process = System.Diagnostics.Process.GetCurrentProcess();

        var resident = process.WorkingSet64;

        // The kernel updates the two counters in batches of pages, so they may be a megabyte apart.
        Assert.InRange(MachineFacts.Read().PeakMemory!.Value, resident - (1 << 20), long.MaxValue);
    }

    [Fact]
    public void They_survive_json_and_come_back_equal()
    {
        var facts = MachineFacts.Read();

        var json = JsonSerializer.Serialize(facts);
        var again = JsonSerializer.Deserialize<MachineFacts>(json)!;

        Assert.Equal(json, JsonSerializer.Serialize(again));
        Assert.Equal(facts.CppRuntime, again.CppRuntime);
        Assert.Equal(facts.ProcessorFeatures, again.ProcessorFeatures);
    }

    [Fact]
    public void On_linux_the_cpp_runtime_says_what_the_binding_asks_for_and_whether_the_compatible_copy_is_in_use()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has libstdc++.");

        var facts = MachineFacts.Read().CppRuntime!;

        Assert.True(File.Exists(facts.Path));
        Assert.Equal("GLIBCXX_3.4.32", facts.RequiredVersion);
        // The build marks the requirement weak on Linux, whatever libstdc++ it finds.
        Assert.True(facts.IsRequirementWeak);
        Assert.Matches(@"^GLIBCXX_3\.4\.(2[5-9]|[3-9]\d)$", facts.HighestVersion);
    }

    [Fact]
    public void Processors_of_both_families_are_described_and_an_empty_file_gives_nothing()
    {
        string[] intel =
        [
            "processor\t: 0",
            "model name\t: Plumb 9000 @ 3GHz",
            "flags\t\t: fpu avx2 avx512f avx512_bf16 amx_tile",
            "flags\t: none",
        ];
        string[] arm = ["processor\t: 0", "Features\t: fp asimd bf16"];

        var (intelModel, intelFeatures) = ProcessorFacts.Parse(intel);
        var (armModel, armFeatures) = ProcessorFacts.Parse(arm);

        Assert.Equal("Plumb 9000 @ 3GHz", intelModel);
        Assert.Equal(["AVX2", "AVX-512", "AVX-512 BF16", "AMX"], intelFeatures);
        Assert.Null(armModel);
        Assert.Equal(["NEON", "ARM BF16"], armFeatures);
        Assert.Empty(ProcessorFacts.Parse([]).Features);
    }

    [Fact]
    public void Missing_and_odd_system_files_are_null_and_no_crash()
    {
        Assert.Empty(SystemFile.Lines("/no/such/file"));
        Assert.Null(SystemFile.Bytes("/no/such/file"));
        Assert.Null(MemoryFacts.Kilobytes(["VmHWM:\t lots"], "VmHWM"));
        Assert.Null(MemoryFacts.Kilobytes(["VmRSS:\t 5 kB"], "VmHWM"));
        Assert.Equal(5120, MemoryFacts.Kilobytes(["VmPeak: 9 kB", "VmHWM:\t 5 kB"], "VmHWM"));
        Assert.Null(LoadedLibraries.Find("no-such-library"));
    }

    [Fact]
    public void The_highest_version_in_a_library_is_the_highest_number_not_the_last_text()
    {
        Assert.Equal("GLIBCXX_3.4.30", CppRuntimeFacts.Highest("\0GLIBCXX_3.4.9\0GLIBCXX_3.4.30\0GLIBCXX_3.4.4\0GLIBCXX_3.4.x\0"u8));
        Assert.Null(CppRuntimeFacts.Highest("GLIBCXX_3.5"u8));
    }

    [Fact]
    public void Damaged_elf_files_need_nothing_and_harm_nobody()
    {
        byte[] good = TwoNeeds();
        Assert.Equal([new("GLIBC_2.2", false), new("GLIBCXX_3.4.32", true)], ElfVersionNeeds.Read(good));

        ByteFuzzer.Run([good], rounds: 5000, new Seed(22), bytes => ElfVersionNeeds.Read(bytes));
        for (var length = 0; length < good.Length; length++)
        {
            ElfVersionNeeds.Read(good.AsSpan(0, length));
        }
    }

    [Fact]
    public void Threads_are_set_for_the_process_and_numbers_out_of_range_refused()
    {
        var before = ThreadSettings.Apply(null);
        try
        {
            var settings = ThreadSettings.Apply(2);

            Assert.Equal((2, 2), (settings.TorchThreads, torch.get_num_threads()));
            Assert.Equal(Environment.GetEnvironmentVariable("OMP_WAIT_POLICY"), settings.WaitPolicy);
            Assert.Throws<ArgumentOutOfRangeException>(() => ThreadSettings.Apply(0));
            Assert.Throws<ArgumentOutOfRangeException>(() => ThreadSettings.Apply(1025));
        }
        finally
        {
            ThreadSettings.Apply(before.TorchThreads);
        }
    }

    /// <summary>An ELF file by hand: header, .gnu.version_r with one version of each of two libraries, their names, two section headers.</summary>
    private static byte[] TwoNeeds()
    {
        const int needs = 64;
        const int names = needs + 64;
        const int sections = names + 32;
        var elf = new byte[sections + 128];
        "\u007fELF\u0002\u0001"u8.CopyTo(elf);
        Put(0x28, sections);
        Put(0x3C, 2);
        "GLIBC_2.2\0"u8.CopyTo(elf.AsSpan(names));
        "GLIBCXX_3.4.32\0"u8.CopyTo(elf.AsSpan(names + 10));
        // Verneed: version, count, file, offset of the first entry, offset of the next library. Vernaux: hash, flags, other, name, next.
        Put(needs, 1 | (1 << 16));
        Put(needs + 8, 16);
        Put(needs + 12, 32);
        Put(needs + 16 + 8, 0);
        Put(needs + 32, 1 | (1 << 16));
        Put(needs + 32 + 8, 16);
        Put(needs + 48 + 4, 2);
        Put(needs + 48 + 8, 10);
        // Section 0 is .gnu.version_r and is linked to section 1, the names.
        Put(sections + 4, unchecked((int)0x6ffffffe));
        Put(sections + 24, needs);
        Put(sections + 40, 1);
        Put(sections + 64 + 24, names);
        return elf;

        void Put(int at, int value) => BitConverter.TryWriteBytes(elf.AsSpan(at), value);
    }
}
