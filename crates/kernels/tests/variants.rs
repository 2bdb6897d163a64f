//! Every form of every kernel, parsed and validated by naga, within the default limits of WebGPU. Needs no adapter.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use metriclab_kernels::variants;
use naga::front::wgsl;
use naga::proc::Layouter;
use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};
use naga::{AddressSpace, Module, StorageAccess};

/// Bytes of workgroup memory, `maxComputeWorkgroupStorageSize`.
const WORKGROUP_BYTES: u32 = 16 << 10;
/// `maxStorageBuffersPerShaderStage`.
const STORAGE_BUFFERS: usize = 8;
/// `maxComputeInvocationsPerWorkgroup`.
const INVOCATIONS: u32 = 256;
/// `maxComputeWorkgroupSizeX`, `…Y` and `…Z`.
const SIZES: [u32; 3] = [256, 256, 64];

fn validated(name: &str, text: &str) -> (Module, ModuleInfo) {
    let module = wgsl::parse_str(text)
        .unwrap_or_else(|error| panic!("{name}: {}\n{text}", error.emit_to_string(text)));
    // No capability beyond what every WebGPU device has.
    let info = Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module);
    let info = info.unwrap_or_else(|error| panic!("{name}: {}\n{text}", error.emit_to_string(text)));
    (module, info)
}

#[test]
fn every_variant_is_valid_with_the_limits_of_every_device() {
    for (name, text) in variants() {
        let (module, info) = validated(&name, &text);
        let [entry] = &module.entry_points[..] else { panic!("{name}: one entry point") };
        assert_eq!(entry.name, "main", "{name}");
        let size = entry.workgroup_size;
        assert!(size.iter().product::<u32>() <= INVOCATIONS, "{name}: {size:?} invocations");
        assert!(size.iter().zip(SIZES).all(|(size, most)| (1..=most).contains(size)), "{name}: {size:?}");
        let mut layouts = Layouter::default();
        layouts.update(module.to_ctx()).expect("types of a known size");
        let (mut workgroup_bytes, mut buffers) = (0, BTreeMap::new());
        for (handle, variable) in module.global_variables.iter() {
            match variable.space {
                AddressSpace::WorkGroup => workgroup_bytes += layouts[variable.ty].size,
                AddressSpace::Storage { access } => {
                    let binding = variable.binding.expect("a buffer has a binding");
                    assert_eq!(binding.group, 0, "{name}");
                    // The layout is made from what the kernel uses, and each launch binds all buffers.
                    let used = !info.get_entry_point(0)[handle].is_empty();
                    assert!(used, "{name}: binding {} is never used", binding.binding);
                    buffers.insert(binding.binding, access.contains(StorageAccess::STORE));
                }
                space => panic!("{name}: a variable in {space:?}"),
            }
        }
        assert!(workgroup_bytes <= WORKGROUP_BYTES, "{name}: {workgroup_bytes} bytes of workgroup memory");
        assert!(buffers.len() <= STORAGE_BUFFERS, "{name}: {} storage buffers", buffers.len());
        assert!(buffers.keys().copied().eq(0..buffers.len() as u32), "{name}: bindings {buffers:?}");
        // A launch binds inputs before outputs.
        let written = buffers.values();
        assert!(written.is_sorted() && buffers.values().any(|&written| written), "{name}: {buffers:?}");
    }
}

/// Natively several tensors share a buffer, which is then bound as writable everywhere.
#[test]
fn every_variant_is_valid_where_buffers_are_shared() {
    for (name, text) in variants() {
        validated(&name, &text.replace("var<storage, read>", "var<storage, read_write>"));
    }
}

#[test]
fn names_are_unique_and_nothing_is_left_of_the_templates() {
    let variants = variants();
    let names: BTreeSet<&String> = variants.iter().map(|variant| &variant.0).collect();
    assert_eq!(names.len(), variants.len());
    for (name, text) in &variants {
        assert!(!text.contains('#'), "{name}: a directive is left");
    }
}

/// Each condition in each `.wgsl` file holds in one variant and fails in another, so that no line escapes the tests above.
#[test]
fn variants_take_both_sides_of_every_condition() {
    let variants = variants();
    let mut files = 0;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("the sources") {
        let path = entry.expect("a file").path();
        if path.extension().is_none_or(|extension| extension != "wgsl") {
            continue;
        }
        files += 1;
        let text = fs::read_to_string(&path).expect("a kernel");
        let kernel = path.file_stem().expect("a name").to_string_lossy();
        let named = |end: char| -> Vec<&str> {
            let beginning = format!("{kernel}{end}");
            let named = variants.iter().filter(|variant| variant.0.starts_with(&beginning));
            named.map(|variant| &variant.1[..]).collect()
        };
        // `mining.wgsl` is the beginning of the kernels `mining_…`.
        let of_file = if named(' ').is_empty() { named('_') } else { named(' ') };
        assert!(!of_file.is_empty(), "{}: no variant", path.display());
        let mut conditions: BTreeMap<&str, [bool; 2]> = BTreeMap::new();
        for name in text.lines().filter_map(|line| line.trim().strip_prefix("#if ")) {
            let zero = format!("const {name} = 0u;");
            let values = of_file.iter().map(|variant| !variant.contains(&zero));
            values.for_each(|value| conditions.entry(name).or_default()[usize::from(value)] = true);
        }
        for (name, seen) in conditions {
            assert_eq!(seen, [true; 2], "{}: #if {name} is never false, or never true", path.display());
        }
    }
    assert_eq!(files, 22);
}
